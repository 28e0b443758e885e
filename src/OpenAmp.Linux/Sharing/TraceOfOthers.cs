// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>Lines of trace that another program follows and hands on.</summary>
internal static class TraceOfOthers
{
    // What the other program cut is not cut again.
    private const int MaxLineBytes = 32 * 1024;

    /// <summary>Follows a trace until it ends, the follower is disposed, or the token ends.</summary>
    internal static TraceFollower Follow(
        string path,
        string processor,
        string name,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var lines = new TraceLineQueue();
        TraceFollower follower = TraceFollower.FollowLines(lines, new TraceFollowerOptions
        {
            Origin = new TraceOrigin(processor, name),
            MaxLineBytes = MaxLineBytes,
            Logger = logger,
        });
        _ = Task.Run(() => PumpAsync(path, name, lines, logger, cancellationToken), CancellationToken.None);
        return follower;
    }

    private static async Task PumpAsync(
        string path,
        string name,
        TraceLineQueue lines,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task closing = EndWhenClosedAsync(lines, end);
        try
        {
            _ = await SharingCall.RunAsync(
                path,
                SharingRequest.For(SharingVerb.Trace) with { Name = name },
                async (packet, token) =>
                {
                    if (SharingPacket.Parse(packet.Span).Line is { } line)
                    {
                        _ = await lines.WriteAsync(
                            new TraceLine(line.At, line.Text, line.Flags, line.LostBytes, line.LostLines), token)
                            .ConfigureAwait(false);
                    }
                },
                end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody reads any more.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.TraceOfOthersEnded(logger, name, path, error.Message);
        }
        finally
        {
            await lines.CompleteAsync().ConfigureAwait(false);
            await closing.ConfigureAwait(false);
        }
    }

    private static async Task EndWhenClosedAsync(TraceLineQueue lines, CancellationTokenSource end)
    {
        using (end)
        {
            await lines.Closed.ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
        }
    }
}
