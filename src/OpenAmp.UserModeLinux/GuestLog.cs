// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.UserModeLinux;

/// <summary>The kernel's lines as they come, and who waits for one. Any thread may call any member.</summary>
internal sealed class GuestLog
{
    private const int MaxLines = 100_000;
    private const int DroppedAtOnce = 10_000;
    private const int LastLines = 40;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<Waiter> _waiters = [];
    private long _droppedCount;
    private Exception? _end;

    /// <summary>How many lines came so far.</summary>
    internal long Position
    {
        get
        {
            lock (_lock)
            {
                return _droppedCount + _lines.Count;
            }
        }
    }

    internal string[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _lines];
        }
    }

    internal string[] Last()
    {
        lock (_lock)
        {
            return [.. _lines.TakeLast(LastLines)];
        }
    }

    internal void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.RemoveRange(0, DroppedAtOnce);
                _droppedCount += DroppedAtOnce;
            }

            _lines.Add(line);
            _ = _waiters.RemoveAll(waiter => waiter.TryTake(line));
        }
    }

    /// <summary>Tells all who wait, now and later, that no more lines come.</summary>
    internal void End(Exception end)
    {
        lock (_lock)
        {
            _end = end;
            _waiters.ForEach(waiter => waiter.Line.TrySetException(end));
            _waiters.Clear();
        }
    }

    /// <summary>Waits for a line that contains a text, among those from a position on.</summary>
    internal async Task<string> WaitAsync(string text, long from, TimeSpan time, CancellationToken cancellationToken)
    {
        Waiter waiter = new(text);
        lock (_lock)
        {
            int first = (int)Math.Clamp(from - _droppedCount, 0, _lines.Count);
            int found = _lines.FindIndex(first, line => line.Contains(text, StringComparison.Ordinal));
            if (found >= 0)
            {
                return _lines[found];
            }

            if (_end is not null)
            {
                throw _end;
            }

            _waiters.Add(waiter);
        }

        try
        {
            return await waiter.Line.Task.WaitAsync(time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The guest's kernel did not log '{text}' within {time}. The last of its log:"
                + $"{Environment.NewLine}{string.Join(Environment.NewLine, Last())}");
        }
        finally
        {
            lock (_lock)
            {
                _ = _waiters.Remove(waiter);
            }
        }
    }

    private sealed class Waiter(string text)
    {
        internal TaskCompletionSource<string> Line { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool TryTake(string line)
            => line.Contains(text, StringComparison.Ordinal) && Line.TrySetResult(line);
    }
}
