// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime;

namespace OpenAmp.Linux.Tests;

/// <summary>While this is held, no finalizer closes what the code under test forgot to close.</summary>
internal sealed class NoCollection : IDisposable
{
    private const long BudgetBytes = 128L << 20;

    internal NoCollection() => _ = GC.TryStartNoGCRegion(BudgetBytes);

    public void Dispose()
    {
        // It has ended by itself when the budget was used up.
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }
    }
}
