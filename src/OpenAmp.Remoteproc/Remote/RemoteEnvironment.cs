// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>The remote's side of a remote processor, for firmware that runs under .NET: its table, its memory, and the
/// way to its host.</summary>
/// <remarks>
/// <para>Whoever starts the firmware makes it: the process that a process processor runs finds its own by what it
/// inherited, the simulated processor hands one over. The firmware that uses it does not know which.</para>
/// <para>Disposing it lets go of the memory: dispose the links first.</para>
/// </remarks>
public sealed class RemoteEnvironment : IAsyncDisposable
{
    private readonly RemoteEnvironmentDescription _description;
    private int _disposed;

    /// <summary>Reads the live table, once, and checks it.</summary>
    /// <param name="description">What the firmware finds. Its owner is disposed with the environment.</param>
    /// <exception cref="ResourceTableException">The table is malformed.</exception>
    public RemoteEnvironment(RemoteEnvironmentDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        _description = description;
        if (description.Table is { } region)
        {
            Table = Remoteproc.LiveTable.Read(region);
            State = Table.ProcessorState?.CreateLive(region);
        }
    }

    /// <summary>Name of the processor.</summary>
    public string Name => _description.Name;

    /// <summary>The table as it was when the firmware started: notify ids and carveouts are final, the rings'
    /// addresses are not. <see langword="null"/> without one.</summary>
    public ResourceTable? Table { get; }

    /// <summary>The live table: what the host writes into it while the firmware runs. <see langword="null"/> without
    /// one.</summary>
    public SharedRegion? LiveTable => _description.Table;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider => _description.TimeProvider;

    /// <summary>Everything the processor sees.</summary>
    public MemoryMap Memory => _description.Memory;

    /// <summary>The words in which the firmware says what it does and hears what is asked of it; <see langword="null"/>
    /// when its table has no processor state entry (version 2).</summary>
    public LiveProcessorState? State { get; }

    /// <summary>Cancelled when the firmware is asked to end.</summary>
    public CancellationToken Stopping => _description.Stopping;

    /// <summary>The firmware's log.</summary>
    public ILogger Logger => _description.Logger;

    /// <summary>Rings the host for a notify id that belongs to no virtio device.</summary>
    /// <param name="notifyId">The notify id.</param>
    public void Notify(uint notifyId) => _description.Notify(notifyId);

    /// <summary>Opens this side of a device's doorbell, for firmware that drives the device itself:
    /// <see cref="OpenRpmsgAsync"/> does it for RPMsg.</summary>
    /// <param name="vdev">A device of <see cref="Table"/>.</param>
    /// <returns>The doorbell. The caller disposes it.</returns>
    public LinkDoorbell OpenDoorbell(VdevResource vdev)
    {
        ArgumentNullException.ThrowIfNull(vdev);
        return _description.OpenDoorbell(vdev);
    }

    /// <summary>Opens a trace buffer for writing.</summary>
    /// <param name="name">The entry's name in the table.</param>
    /// <returns>The buffer, emptied.</returns>
    /// <exception cref="KeyNotFoundException">The table has no such entry, or its buffer is outside the memory.
    /// </exception>
    /// <exception cref="TraceBufferException">The buffer is too short or misaligned for its method.</exception>
    public RemoteTrace OpenTrace(string name)
    {
        TraceResource? entry = Table?.Traces.FirstOrDefault(trace => trace.Name == name);
        return entry is not null
            && Memory.TryTranslate(new DeviceAddress(entry.Address), entry.LengthBytes, out SharedRegion buffer)
            ? new RemoteTrace(buffer, entry, Notify)
            : throw new KeyNotFoundException($"Processor '{Name}' has no trace buffer '{name}' within its memory.");
    }

    /// <summary>Waits until the host drives an RPMsg device, and opens this side of the link.</summary>
    /// <param name="options">Which device, and how.</param>
    /// <param name="cancellationToken">Ends the wait, as <see cref="Stopping"/> does.</param>
    /// <returns>The link, started. The caller disposes it.</returns>
    /// <exception cref="KeyNotFoundException">The table has no such device.</exception>
    /// <exception cref="TimeoutException">The host did not become ready in time.</exception>
    /// <exception cref="RpmsgClosedException">The host went away meanwhile.</exception>
    /// <exception cref="ArgumentException">What the host wrote makes no link.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<RpmsgLink> OpenRpmsgAsync(RemoteLinkOptions? options, CancellationToken cancellationToken)
    {
        options ??= new RemoteLinkOptions();
        VdevResource vdev = Table?.Vdevs.Where(v => v.IsRpmsg).ElementAtOrDefault(options.Ordinal)
            ?? throw new KeyNotFoundException($"The table of processor '{Name}' has no RPMsg device "
                + $"{options.Ordinal}: add a vdev entry with id {VdevEntry.RpmsgDeviceId}.");
        LiveVdev live = vdev.CreateLive(_description.Table!.Value);
        LinkDoorbell doorbell = _description.OpenDoorbell(vdev);
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
            await WaitForDriverAsync(live, doorbell, options.DriverReadyTimeout, ended.Token).ConfigureAwait(false);
            return OpenLink(vdev, live, doorbell, options);
        }
        catch
        {
            doorbell.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the memory and of what was inherited.</summary>
    /// <returns>Completes at once.</returns>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _description.Owner?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task WaitForDriverAsync(
        LiveVdev live,
        LinkDoorbell doorbell,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        switch (await DriverWait.WaitAsync(live, doorbell, timeout, cancellationToken).ConfigureAwait(false))
        {
            case DriverWaitResult.TimedOut:
                throw new TimeoutException($"Processor '{Name}' waited {timeout} for its host to set DRIVER_OK; the "
                    + $"status is 0x{(byte)live.ReadStatus():x2}. Does the host drive this device?");
            case DriverWaitResult.PeerGone:
                throw new RpmsgClosedException(
                    RpmsgCloseReason.PeerGone,
                    $"The host of processor '{Name}' went away before it set DRIVER_OK.");
            default:
                return;
        }
    }

    private RpmsgLink OpenLink(VdevResource vdev, LiveVdev live, LinkDoorbell doorbell, RemoteLinkOptions options)
    {
        // Addresses and features were written before DRIVER_OK, which the status read has acquired.
        VirtioFeatures features = live.ReadDriverFeatures().And(new VirtioFeatures(vdev.DeviceFeatures));
        var link = RpmsgLink.Create(
            new RpmsgLinkDescription
            {
                Role = VirtioRole.Device,
                Memory = Memory.Regions[0].Memory,
                MoreMemory = [.. Memory.Regions.Skip(1).Select(region => region.Memory)],
                Layout = new RpmsgLayout
                {
                    ToDriver = ReadRing(vdev, live, index: 0),
                    ToDevice = ReadRing(vdev, live, index: 1),
                    EventIndex = features.Has(VirtioFeatures.RingEventIdx),
                    UsedLength = options.UsedLength,
                },
                Doorbell = doorbell,
            },
            options.Link with { Name = Name, NameService = features.Has(VirtioFeatures.RpmsgNameService) });
        link.Start();
        return link;
    }

    private static RpmsgDirection ReadRing(VdevResource vdev, LiveVdev live, int index)
    {
        VringResource ring = vdev.Vrings[index];
        return live.TryReadVringAddress(index, out ulong address) && live.TryReadVringNotifyId(index, out uint notifyId)
            ? new RpmsgDirection
            {
                RingAddress = new DeviceAddress(address),
                Ring = VringShape.Of(ring),
                NotifyId = notifyId,
            }
            : throw new ArgumentException($"{vdev} has no vring {index}.", nameof(index));
    }
}
