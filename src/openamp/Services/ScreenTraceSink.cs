// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Services;

/// <summary>Shows lines of trace as they come, and counts them.</summary>
internal sealed class ScreenTraceSink(IRunScreen screen) : TraceSink
{
    private long _lineCount;

    public long LineCount => Interlocked.Read(ref _lineCount);

    public override ValueTask WriteAsync(TraceOrigin origin, TraceLine line, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lineCount);
        screen.Trace(origin, line);
        return ValueTask.CompletedTask;
    }
}
