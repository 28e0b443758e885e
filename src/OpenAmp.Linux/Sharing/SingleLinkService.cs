// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>What other programs may ask of a link that has no processor.</summary>
internal sealed class SingleLinkService : ISharingService
{
    private readonly RpmsgLink _link;
    private readonly SharingCounters _counters;
    private readonly SharedLinkTable _links;
    private readonly LinkService _linkService;

    internal SingleLinkService(RpmsgLink link, SharingOptions options, SharingCounters counters)
    {
        _link = link;
        _counters = counters;
        _links = new SharedLinkTable(() => link.Completion.IsCompleted ? [] : [link]);
        _linkService = new LinkService(_links, options, counters);
    }

    public Task ServeAsync(
        SharingConnection connection,
        SharingRequest request,
        CancellationToken cancellationToken) => request.Verb switch
        {
            SharingVerb.Info => TellAsync(connection, cancellationToken).AsTask(),
            SharingVerb.Watch => WatchAsync(connection, cancellationToken),
            SharingVerb.Services => _linkService.TellServicesAsync(connection, request, cancellationToken),
            SharingVerb.Endpoint => _linkService.ServeEndpointAsync(connection, request, cancellationToken),
            _ => throw new NotSupportedException($"Link '{_link.Name}' is shared without a processor: there is nothing "
                + $"to {request.Do}."),
        };

    private ValueTask<bool> TellAsync(SharingConnection connection, CancellationToken cancellationToken)
        => connection.TrySendAsync(
            new SharingPacket
            {
                State = new SharedState
                {
                    Name = _link.Name,
                    Program = SharedProgram.Name,
                    Process = Environment.ProcessId,
                    Links = _links.Snapshot(),
                    Sharing = _counters.Snapshot,
                },
            },
            cancellationToken);

    private async Task WatchAsync(SharingConnection connection, CancellationToken cancellationToken)
    {
        using var gone = new ConnectionWatch(connection, cancellationToken);
        if (await TellAsync(connection, gone.Token).ConfigureAwait(false))
        {
            RpmsgCloseReason reason = await _link.Completion.WaitAsync(gone.Token).ConfigureAwait(false);
            throw new RpmsgClosedException(reason, $"Link '{_link.Name}' has ended: {reason}.");
        }
    }
}
