// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>Carries lines from a follower to sinks.</summary>
public static class TracePump
{
    /// <summary>Hands every line to every sink, in order, until the follower was drained or disposed.</summary>
    /// <param name="follower">Where lines come from; this is its only reader.</param>
    /// <param name="sinks">Where they go. They are not disposed.</param>
    /// <param name="cancellationToken">Ends it at once, with lines unread; to end it with the last line, drain the
    /// follower.</param>
    /// <returns>Completes after the last line was written and the sinks were flushed.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task RunAsync(
        TraceFollower follower,
        IReadOnlyList<TraceSink> sinks,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(follower);
        ArgumentNullException.ThrowIfNull(sinks);
        using CancellationTokenRegistration registration = follower.WakeOn(cancellationToken);
        do
        {
            bool hasNews = false;
            while (follower.TryReadLine(out TraceLine line))
            {
                hasNews = true;
                await WriteAsync(sinks, follower.Origin, line, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (hasNews)
            {
                await FlushAsync(sinks, cancellationToken).ConfigureAwait(false);
            }
        }
        while (await follower.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async ValueTask WriteAsync(
        IReadOnlyList<TraceSink> sinks,
        TraceOrigin origin,
        TraceLine line,
        CancellationToken cancellationToken)
    {
        for (int i = 0; i < sinks.Count; i++)
        {
            await sinks[i].WriteAsync(origin, line, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask FlushAsync(IReadOnlyList<TraceSink> sinks, CancellationToken cancellationToken)
    {
        for (int i = 0; i < sinks.Count; i++)
        {
            await sinks[i].FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
