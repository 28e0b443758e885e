// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>A place where lines of trace go.</summary>
/// <remarks>A sink may serve several pumps at once. What it cannot write it counts and reports itself: an exception of
/// a sink ends the pump.</remarks>
public abstract class TraceSink : IAsyncDisposable
{
    /// <summary>Takes one line.</summary>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="line">The line.</param>
    /// <param name="cancellationToken">Ends the wait, if there is one.</param>
    /// <returns>Completes when the sink can take the next.</returns>
    public abstract ValueTask WriteAsync(TraceOrigin origin, TraceLine line, CancellationToken cancellationToken);

    /// <summary>Says that no further line is there for now.</summary>
    /// <param name="cancellationToken">Ends the wait, if there is one.</param>
    /// <returns>Completes when what was taken is where a reader finds it, as far as the sink's policy promises.
    /// </returns>
    public virtual ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Writes what is held, and lets go of the place.</summary>
    /// <returns>Completes when that is done.</returns>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
