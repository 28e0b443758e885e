// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Firmware.Tests;

/// <summary>Keeps the lines of a firmware's trace, and waits for some.</summary>
internal sealed class TraceLines : TraceSink
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All lines so far.</summary>
    internal string[] All
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public override ValueTask WriteAsync(TraceOrigin origin, TraceLine line, CancellationToken cancellationToken)
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            _lines.Add(line.Text);
            grown = _grown;
            _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        grown.TrySetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits until so many lines contain a text.</summary>
    /// <exception cref="TimeoutException">They did not come; the message shows the lines that did.</exception>
    internal async Task WaitForAsync(string text, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            string all;
            lock (_lock)
            {
                if (_lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= count)
                {
                    return;
                }

                grown = _grown.Task;
                all = string.Join('\n', _lines);
            }

            try
            {
                await grown.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException error)
            {
                throw new TimeoutException($"Expected {count} lines of trace with '{text}'; there are:\n{all}", error);
            }
        }
    }
}
