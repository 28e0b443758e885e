// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.IO.Pipes;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Opens RPMsg links over ivshmem with static vrings: with an emulated machine, or with a process.</summary>
/// <remarks>When the peer leaves the server, the link ends with <see cref="RpmsgCloseReason.PeerGone"/>; so it does
/// when the server ends, since nobody would tell any more. Open again for the peer that comes back.</remarks>
public static class IvshmemLink
{
    // Drivers in C do not ring when they are ready: the byte has to be looked at.
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromMilliseconds(1);

    /// <summary>Joins a server, waits for the peer and brings a link up. The connection is the link's own.</summary>
    /// <param name="place">Which server.</param>
    /// <param name="options">Which side this is, and where things lie.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    /// <returns>The link, started. Disposing it leaves the server, once the last buffer was given
    /// back.</returns>
    /// <exception cref="ArgumentException">An option is wrong, or the layout does not fit the memory.</exception>
    /// <exception cref="IOException">The server or the system refused, or the peer left again.</exception>
    /// <exception cref="TimeoutException">The peer did not join, or the driver was not ready in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async ValueTask<RpmsgLink> OpenAsync(
        IvshmemClientOptions place,
        IvshmemLinkOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        IvshmemClient client = await IvshmemClient.ConnectAsync(
            place with { VectorCount = Math.Max(place.VectorCount, options.Vector + 1) }, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return await OpenAsync(client, true, options, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for the peer and brings a link up over a connection that outlives it, and keeps its id.</summary>
    /// <param name="client">The connection. One link at a time for each vector; dispose it after the links.</param>
    /// <param name="options">Which side this is, and where things lie.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    /// <returns>The link, started. Disposing it does not tell the peer, as disposing the client does.</returns>
    /// <exception cref="ArgumentException">An option is wrong, or the layout does not fit the memory.</exception>
    /// <exception cref="IOException">The connection ended, or the peer left again.</exception>
    /// <exception cref="TimeoutException">The peer did not join, or the driver was not ready in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async ValueTask<RpmsgLink> OpenAsync(
        IvshmemClient client,
        IvshmemLinkOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return await OpenAsync(client, false, options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<RpmsgLink> OpenAsync(
        IvshmemClient client,
        bool ownsClient,
        IvshmemLinkOptions options,
        CancellationToken cancellationToken)
    {
        IvshmemMemory memory = new(client, ownsClient, options);
        EventFdDoorbell? doorbell = null;
        try
        {
            IvshmemPeer peer = await WaitForPeerAsync(client, options, cancellationToken).ConfigureAwait(false);
            doorbell = DoorbellBetween(client, peer, options.Vector);
            if (options.Role == VirtioRole.Driver)
            {
                return StartDriver(memory, doorbell, options);
            }

            await WaitForDriverAsync(memory.Status, doorbell, peer, options, cancellationToken).ConfigureAwait(false);
            RpmsgLink link = Create(memory, doorbell, options);
            link.Start();
            return link;
        }
        catch
        {
            doorbell?.Dispose();
            memory.Dispose();
            throw;
        }
    }

    private static RpmsgLink StartDriver(IvshmemMemory memory, EventFdDoorbell doorbell, IvshmemLinkOptions options)
    {
        // Rings are reset next: a device that comes early must not take the old ones for ours.
        LiveStatus status = memory.Status;
        status.Write(VirtioStatus.None);
        RpmsgLink link = Create(memory, doorbell, options);
        status.Write(VirtioStatus.DriverOk);
        doorbell.Kick(0);
        link.Start();
        return link;
    }

    private static RpmsgLink Create(IvshmemMemory memory, EventFdDoorbell doorbell, IvshmemLinkOptions options)
        => RpmsgLink.Create(
            new RpmsgLinkDescription
            {
                Role = options.Role,
                Memory = memory.Address(out RpmsgLayout layout),
                Layout = layout,
                Doorbell = doorbell,
                MemoryOwner = memory,
            },
            options.Link with { NameService = true });

    private static async Task<IvshmemPeer> WaitForPeerAsync(
        IvshmemClient client,
        IvshmemLinkOptions options,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.PeerTimeout);
        try
        {
            return await client.WaitForPeerAsync(options.PeerId, options.Vector, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string who = options.PeerId is { } id ? $"Peer {id}" : "A peer";
            throw new TimeoutException($"{who} with vector {options.Vector} did not join within "
                + $"{options.PeerTimeout}; we are peer {client.Id}, and there are {client.Peers.Count} others. Start "
                + "the other side, at the same server, with as many vectors.");
        }
    }

    /// <summary>Our vector, the peer's, and a pipe that hangs up when the peer leaves.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The doorbell owns one end, the continuation the other.")]
    private static EventFdDoorbell DoorbellBetween(IvshmemClient client, IvshmemPeer peer, int vector)
    {
        EventFd own = client.DuplicateVector(vector);
        EventFd? theirs = peer.Duplicate(vector);
        if (theirs is null)
        {
            own.Dispose();
            throw new PeerClosedException($"Peer {peer.Id} joined and left again at once. See why it ended; then open "
                + "the link again.");
        }

        AnonymousPipeServerStream alive = new(PipeDirection.Out);
        EventFdDoorbell doorbell = new(own, theirs, alive.ClientSafePipeHandle);
        _ = peer.Left.ContinueWith(_ => alive.Dispose(), TaskScheduler.Default);
        return doorbell;
    }

    private static async Task WaitForDriverAsync(
        LiveStatus status,
        EventFdDoorbell doorbell,
        IvshmemPeer peer,
        IvshmemLinkOptions options,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.DriverReadyTimeout);
        while ((status.Read() & VirtioStatus.DriverOk) == 0)
        {
            if ((doorbell.Wait(TimeSpan.Zero) & DoorbellEvents.PeerGone) != 0)
            {
                throw new PeerClosedException($"Peer {peer.Id} left while its DRIVER_OK was awaited. See why it "
                    + "ended; then open the link again.");
            }

            try
            {
                await Task.Delay(StatusPeriod, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {options.DriverReadyTimeout} for peer {peer.Id} to set DRIVER_OK; "
                    + $"the status is 0x{(byte)status.Read():x2}. Is the peer the virtio driver, with the same "
                    + "layout?");
            }
        }
    }
}
