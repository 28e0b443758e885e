// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>Opens RPMsg links between two Linux processes, either of which may be an OpenAMP C program.</summary>
/// <remarks>When the peer ends, the link ends with <see cref="RpmsgCloseReason.PeerGone"/>. Open again, with the same
/// options, for the peer that comes back: the server accepts it, the client finds the server again.</remarks>
public static class TwoProcessLink
{
    /// <summary>Meets the peer and brings a link up, in the order of the C programs: memory, table, socket, features,
    /// rings, status.</summary>
    /// <param name="options">Which side this is, and where to meet.</param>
    /// <param name="cancellationToken">Ends every wait: for a client, for a server, for the driver.</param>
    /// <returns>The link, started. Disposing it closes the socket and unmaps the memory.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">The peer or the system refused; the message says what and what to do.</exception>
    /// <exception cref="TimeoutException">The driver did not become ready in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async ValueTask<RpmsgLink> OpenAsync(
        TwoProcessLinkOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        TwoProcessConnection connection = await TwoProcessConnection
            .MeetAsync(options.Side, options.Place, cancellationToken).ConfigureAwait(false);
        try
        {
            return options.Role == VirtioRole.Driver
                ? StartDriver(connection, options)
                : await StartDeviceAsync(connection, options, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static RpmsgLink StartDriver(TwoProcessConnection connection, TwoProcessLinkOptions options)
    {
        // The C driver accepts every bit that is offered; we accept what we know.
        VirtioFeatures features = new VirtioFeatures(connection.Layout.DeviceFeatures).And(Understood);
        connection.DriverFeatures = features.Low32;
        connection.Doorbell.Kick(connection.Layout.NotifyId);

        var link = RpmsgLink.Create(Describe(connection, options, features), LinkOptions(options, features));
        connection.Status = VirtioStatus.DriverOk;
        connection.Doorbell.Kick(connection.Layout.NotifyId);
        link.Start();
        return link;
    }

    private static async ValueTask<RpmsgLink> StartDeviceAsync(
        TwoProcessConnection connection,
        TwoProcessLinkOptions options,
        CancellationToken cancellationToken)
    {
        await connection.WaitForDriverOkAsync(options.DriverReadyTimeout, cancellationToken).ConfigureAwait(false);
        var features = new VirtioFeatures(connection.DriverFeatures);
        var link = RpmsgLink.Create(Describe(connection, options, features), LinkOptions(options, features));
        link.Start();
        return link;
    }

    private static VirtioFeatures Understood
        => default(VirtioFeatures).With(VirtioFeatures.RpmsgNameService).With(VirtioFeatures.RingEventIdx);

    private static RpmsgLinkOptions LinkOptions(TwoProcessLinkOptions options, VirtioFeatures features)
        => options.Link with { NameService = features.Has(VirtioFeatures.RpmsgNameService) };

    private static RpmsgLinkDescription Describe(
        TwoProcessConnection connection,
        TwoProcessLinkOptions options,
        VirtioFeatures features)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.BufferSizeBytes);
        TwoProcessLayout table = connection.Layout;
        uint half = table.PoolBytes / options.BufferSizeBytes / 2;
        RpmsgDirection toDriver = WithBuffers(table.ToDriver, table.PoolAddress, half, options.BufferSizeBytes);
        DeviceAddress rest = table.PoolAddress.Plus((ulong)toDriver.BufferCount * options.BufferSizeBytes);
        return new RpmsgLinkDescription
        {
            Role = options.Role,
            Memory = connection.Memory,
            Layout = new RpmsgLayout
            {
                ToDriver = toDriver,
                ToDevice = WithBuffers(table.ToDevice, rest, half, options.BufferSizeBytes),
                EventIndex = features.Has(VirtioFeatures.RingEventIdx),
                UsedLength = UsedLength.WholeBuffer,
            },
            Doorbell = connection.Doorbell,
            MemoryOwner = connection.MemoryOwner,
        };
    }

    private static RpmsgDirection WithBuffers(RpmsgDirection ring, DeviceAddress pool, uint count, uint sizeBytes)
        => ring with
        {
            PoolAddress = pool,
            BufferSizeBytes = sizeBytes,
            BufferCount = (int)Math.Min(count, ring.Ring.Size.EntryCount),
        };
}
