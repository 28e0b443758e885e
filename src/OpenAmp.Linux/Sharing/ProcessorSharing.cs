// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Shares a processor of this program with other programs of the same user: they see its state and its trace,
/// start and stop it, and make endpoints on its links. See docs/sharing.md.</summary>
/// <remarks>Any thread. Dispose it before the processor; when the processor is disposed first, others find nothing to
/// work with, and are told so. What others do, also what they do wrong, ends at most their own connection.</remarks>
public sealed class ProcessorSharing : IAsyncDisposable
{
    private readonly SharingServer _server;

    private ProcessorSharing(SharingServer server) => _server = server;

    /// <summary>The socket where others find it.</summary>
    public string SocketPath => _server.SocketPath;

    /// <summary>What others have done so far. Does not block.</summary>
    public SharingStatistics Statistics => _server.Counters.Snapshot;

    /// <summary>Shares a processor.</summary>
    /// <param name="processor">The processor. It stays the caller's.</param>
    /// <param name="options">Where, and what others may do; the defaults when null.</param>
    /// <returns>What ends the sharing when it is disposed.</returns>
    /// <exception cref="IOException">The directory is not this user's alone, or the system refused.</exception>
    /// <exception cref="ArgumentException">An option makes no sense, or the path of the socket is too long.</exception>
    public static ProcessorSharing Share(RemoteProcessor processor, SharingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(processor);
        options ??= new SharingOptions();
        options.ThrowIfInvalid();
        var counters = new SharingCounters();
        var sharing = new ProcessorSharing(SharingServer.Start(
            options.Name ?? processor.Name,
            SharingKind.Processor,
            options,
            counters,
            new ProcessorService(processor, options, counters)));
        Log.Shared(options.Logger, processor.Name, sharing.SocketPath);
        return sharing;
    }

    /// <summary>Stops sharing: every connection ends, the endpoints of others are destroyed, the socket is removed.
    /// </summary>
    /// <returns>Completes when that is done, after <see cref="SharingOptions.PatienceTimeout"/> at the latest for
    /// each thing that another program leaves lying; an operation under way is waited for.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
