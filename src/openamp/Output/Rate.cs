// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Output;

/// <summary>Rates of what was counted.</summary>
internal static class Rate
{
    /// <summary>A rate in whole units a second; 0 when no time went by.</summary>
    public static double PerSecond(long count, TimeSpan time)
        => time > TimeSpan.Zero ? Math.Round(count / time.TotalSeconds) : 0;
}
