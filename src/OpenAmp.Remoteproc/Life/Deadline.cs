// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;

namespace OpenAmp.Remoteproc;

/// <summary>A token that ends after a time, or when one of others does.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;

    public Deadline(TimeSpan timeout, TimeProvider timeProvider, params ReadOnlySpan<CancellationToken> others)
    {
        _timer = new CancellationTokenSource(timeout, timeProvider);
        _linked = CancellationTokenSource.CreateLinkedTokenSource([_timer.Token, .. others]);
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>Whether time ran out.</summary>
    public bool HasPassed => _timer.IsCancellationRequested;

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
