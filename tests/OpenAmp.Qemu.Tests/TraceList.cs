// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu.Tests;

/// <summary>Keeps the lines of trace that come.</summary>
internal sealed class TraceList : TraceSink
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    internal IReadOnlyList<string> Lines
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
            _lines.Add(line.Text);
        }

        return ValueTask.CompletedTask;
    }
}
