// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>Two processes that have met: shared memory, where things are in it, and a doorbell to the peer.</summary>
/// <remarks>
/// <para>One process accepts (the socket's server, which writes the resource table), the other connects. Who of them
/// is the virtio driver and who the device is decided above, independently.</para>
/// <para>It owns memory and doorbell: whoever works with pointers from <see cref="Memory"/> stops before this is
/// disposed. The shared memory object and the socket's file stay, as the peers of this platform expect.</para>
/// </remarks>
public sealed partial class TwoProcessConnection : IAsyncDisposable
{
    private readonly SharedMemory _memory;
    private readonly LiveVdev _vdev;
    private readonly string _peer;
    private bool _disposed;

    private TwoProcessConnection(SharedMemory memory, LinkDoorbell doorbell, TwoProcessOptions options)
    {
        Layout = TwoProcessTable.Read(memory.Region, options.PoolAddress, options.PoolBytes, out _vdev);
        _memory = memory;
        _peer = $"the peer at \"{options.SocketPath}\"";
        Doorbell = doorbell;
        if (doorbell is SocketDoorbell { IsPeerGone: true })
        {
            throw new PeerClosedException($"The connection with {_peer} was made, and closed by the peer at once. "
                + "Is another client connected already, or did the peer fail to start?");
        }
    }

    /// <summary>The shared memory. Its device addresses are offsets from its start.</summary>
    /// <exception cref="ObjectDisposedException">The connection is disposed.</exception>
    public SharedRegion Memory => _memory.Region;

    /// <summary>What the resource table said when the connection was made.</summary>
    public TwoProcessLayout Layout { get; }

    /// <summary>How to ring the peer and be rung. Disposed with the connection.</summary>
    public LinkDoorbell Doorbell { get; }

    /// <summary>Who unmaps the memory, for a link that keeps it as long as the program has buffers of it.</summary>
    internal IDisposable MemoryOwner => _memory;

    /// <summary>The virtio status, live in shared memory.</summary>
    /// <exception cref="ObjectDisposedException">The connection is disposed.</exception>
    public VirtioStatus Status
    {
        get => Vdev.ReadStatus();
        set => Vdev.WriteStatus(value);
    }

    /// <summary>The feature bits the driver took (gfeatures), live in shared memory.</summary>
    /// <exception cref="ObjectDisposedException">The connection is disposed.</exception>
    public uint DriverFeatures
    {
        get => Vdev.ReadDriverFeatures().Low32;
        set => _ = Vdev.TryWriteDriverFeatures(new VirtioFeatures(value));
    }

    private LiveVdev Vdev
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _vdev;
        }
    }

    /// <summary>Waits until the driver on the other side has set DRIVER_OK. For the device's side.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the driver is ready.</returns>
    /// <remarks>The doorbell is this method's until it returns, and the kicks it sees are consumed: look at all rings
    /// once before the first wait.</remarks>
    /// <exception cref="TimeoutException">The driver was not ready in time.</exception>
    /// <exception cref="PeerClosedException">The peer closed the connection first.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask WaitForDriverOkAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        DescriptorPoll.ThrowIfInvalid(timeout);
        switch (await DriverWait.WaitAsync(Vdev, Doorbell, timeout, cancellationToken).ConfigureAwait(false))
        {
            case DriverWaitResult.TimedOut:
                throw new TimeoutException($"Waited {timeout} for {_peer} to set DRIVER_OK; the status at offset "
                    + $"0x{TwoProcessTable.StatusOffset:x} is 0x{(byte)Status:x2}. Is the peer the virtio driver?");
            case DriverWaitResult.PeerGone:
                throw new PeerClosedException($"While waiting for DRIVER_OK, {_peer} closed the connection. "
                    + "See why it ended; then connect or accept again.");
            default:
                return;
        }
    }

    /// <summary>Closes the doorbell, which tells the peer, and unmaps the memory.</summary>
    /// <returns>When done; it does not wait.</returns>
    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            Doorbell.Dispose();
            _memory.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
