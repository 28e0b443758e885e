// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>Shares a link of this program with other programs of the same user: they see its services and endpoints,
/// and make endpoints of their own. See docs/sharing.md.</summary>
/// <remarks>Any thread. Ends by itself, for others, when the link does; dispose it all the same. What others do, also
/// what they do wrong, ends at most their own connection.</remarks>
public sealed class LinkSharing : IAsyncDisposable
{
    private readonly SharingServer _server;

    private LinkSharing(SharingServer server) => _server = server;

    /// <summary>The socket where others find it.</summary>
    public string SocketPath => _server.SocketPath;

    /// <summary>What others have done so far. Does not block.</summary>
    public SharingStatistics Statistics => _server.Counters.Snapshot;

    /// <summary>Shares a link.</summary>
    /// <param name="link">The link. It stays the caller's.</param>
    /// <param name="options">Where, and what others may do; the defaults when null.</param>
    /// <returns>What ends the sharing when it is disposed.</returns>
    /// <exception cref="IOException">The directory is not this user's alone, or the system refused.</exception>
    /// <exception cref="ArgumentException">An option makes no sense, or the path of the socket is too long.</exception>
    public static LinkSharing Share(RpmsgLink link, SharingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        options ??= new SharingOptions();
        options.ThrowIfInvalid();
        var counters = new SharingCounters();
        var sharing = new LinkSharing(SharingServer.Start(
            options.Name ?? link.Name,
            SharingKind.Link,
            options,
            counters,
            new SingleLinkService(link, options, counters)));
        Log.Shared(options.Logger, link.Name, sharing.SocketPath);
        return sharing;
    }

    /// <summary>Stops sharing: every connection ends, the endpoints of others are destroyed, the socket is removed.
    /// </summary>
    /// <returns>Completes when that is done, after <see cref="SharingOptions.PatienceTimeout"/> at the latest for
    /// each thing that another program leaves lying.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
