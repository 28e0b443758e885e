// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>What other programs may ask of links.</summary>
internal sealed class LinkService(SharedLinkTable links, SharingOptions options, SharingCounters counters)
{
    private const int FewestQueued = 16;
    private const int LeastMessageBytes = 512;

    private static readonly TimeSpan ServicesInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Tells what there is on a link, and each change of it, until the link or the connection ends.</summary>
    internal async Task TellServicesAsync(
        SharingConnection connection,
        SharingRequest request,
        CancellationToken cancellationToken)
    {
        RpmsgLink link = links.Find(request.Link!.Value);
        using var gone = new ConnectionWatch(connection, cancellationToken);
        SharedServices? told = null;
        using var timer = new PeriodicTimer(ServicesInterval);
        do
        {
            SharedServices now = Describe(link);
            if (told is null || !now.Services.SequenceEqual(told.Services)
                || !now.Endpoints.SequenceEqual(told.Endpoints))
            {
                if (!await connection.TrySendAsync(new SharingPacket { Services = now }, gone.Token)
                    .ConfigureAwait(false))
                {
                    return;
                }

                told = now;
            }

            if (link.Completion.IsCompleted)
            {
                throw await EndOfAsync(link).ConfigureAwait(false);
            }
        }
        while (await timer.WaitForNextTickAsync(gone.Token).ConfigureAwait(false));
    }

    /// <summary>Makes an endpoint, and carries its messages until it or the connection ends.</summary>
    internal async Task ServeEndpointAsync(
        SharingConnection connection,
        SharingRequest request,
        CancellationToken cancellationToken)
    {
        if (!options.AllowEndpoints)
        {
            throw NotAllowed("make endpoints", nameof(SharingOptions.AllowEndpoints));
        }

        if (request.Pause == true && !options.AllowPausing)
        {
            throw NotAllowed("make an endpoint that pauses the link when it is full (ReceiveFullMode.PauseLink)",
                nameof(SharingOptions.AllowPausing));
        }

        RpmsgLink link = links.Find(request.Link!.Value);
        var endpointOptions = new RpmsgEndpointOptions
        {
            LocalAddress = request.Local ?? RpmsgAddress.Any,
            RemoteAddress = request.Remote ?? RpmsgAddress.Any,
            Announce = request.Announce ?? true,
            WhenFull = request.Pause == true ? ReceiveFullMode.PauseLink : ReceiveFullMode.Drop,
            ReceiveQueueCapacity = QueueFor(link, request.Queue),
        };
        connection.AllowLongPackets();
        RpmsgEndpoint endpoint = request.Name is { } name
            ? await link.CreateEndpointAsync(name, endpointOptions, cancellationToken).ConfigureAwait(false)
            : link.CreateEndpoint(endpointOptions);
        await using (endpoint.ConfigureAwait(false))
        {
            counters.EnterEndpoint();
            try
            {
                await new EndpointPipe(connection, endpoint, options, counters).RunAsync(cancellationToken)
                    .ConfigureAwait(false);
            }
            finally
            {
                counters.LeaveEndpoint();
            }
        }
    }

    internal SharingException NotAllowed(string what, string option)
    {
        counters.NotAllowed();
        return new SharingException($"This program does not let others {what} (SharingOptions.{option}).");
    }

    private int QueueFor(RpmsgLink link, int? wanted)
    {
        int most = Math.Max(FewestQueued, options.MaxQueuedBytes / Math.Max(LeastMessageBytes, link.MaxPayloadBytes));
        return Math.Min(wanted ?? most, most);
    }

    private static SharedServices Describe(RpmsgLink link)
    {
        IReadOnlyList<RpmsgEndpoint> endpoints = link.GetEndpoints();
        return new SharedServices
        {
            Services = [.. link.GetServices().Take(SharedServices.MaxEntries)],
            Endpoints =
            [
                .. endpoints.OrderBy(static endpoint => endpoint.LocalAddress).Take(SharedServices.MaxEntries)
                    .Select(static endpoint => new SharedEndpoint(
                        endpoint.LocalAddress, endpoint.RemoteAddress, endpoint.Name, endpoint.DroppedCount)),
            ],
            EndpointCount = endpoints.Count,
            Statistics = link.GetStatistics(),
        };
    }

    private static async Task<RpmsgClosedException> EndOfAsync(RpmsgLink link)
        => new(await link.Completion.ConfigureAwait(false), $"Link '{link.Name}' has ended.");
}
