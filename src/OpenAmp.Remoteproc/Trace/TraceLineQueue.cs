// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>Lines of trace on their way from whoever cut them to a <see cref="TraceFollower"/>.</summary>
/// <remarks>One writer, and one follower. When the reader of lines is slow the writer waits.</remarks>
public sealed class TraceLineQueue
{
    private const int Capacity = 256;

    private readonly Channel<TraceLine> _lines = Channel.CreateBounded<TraceLine>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TraceFollower? _follower;

    /// <summary>Completes when the follower was disposed: nobody reads any more.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Gives a line, waiting for room.</summary>
    /// <param name="line">The line.</param>
    /// <param name="cancellationToken">Ends the wait; then the line was not given.</param>
    /// <returns><see langword="false"/> when nobody reads any more.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<bool> WriteAsync(TraceLine line, CancellationToken cancellationToken)
    {
        while (!_lines.Writer.TryWrite(line))
        {
            if (!await _lines.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        _follower?.Notify();
        return true;
    }

    /// <summary>Says that there are no more lines: the follower ends after the last one.</summary>
    /// <returns>Completes when it will.</returns>
    public async ValueTask CompleteAsync()
    {
        if (_follower is { } follower)
        {
            await follower.DrainAsync().ConfigureAwait(false);
        }

        Close();
    }

    internal void Attach(TraceFollower follower)
    {
        if (Interlocked.CompareExchange(ref _follower, follower, null) is not null)
        {
            throw new InvalidOperationException("These lines have a follower already; make a queue for each.");
        }
    }

    internal bool TryRead(out TraceLine line) => _lines.Reader.TryRead(out line);

    internal void Close()
    {
        _ = _lines.Writer.TryComplete();
        _closed.TrySetResult();
    }
}
