// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Services;

/// <summary>Keeps the lines of trace, for a report.</summary>
internal sealed class TraceCollector : TraceSink
{
    // A firmware that logs without end does not take the host's memory.
    private const int MaxLines = 10_000;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
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
        lock (_lock)
        {
            if (_lines.Count < MaxLines)
            {
                _lines.Add(line.Text);
            }
        }

        return ValueTask.CompletedTask;
    }
}
