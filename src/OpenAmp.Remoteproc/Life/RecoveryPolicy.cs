// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>Whether a processor that crashed is started again by itself, and how often.</summary>
public sealed record RecoveryPolicy
{
    /// <summary>The longest back-off, whatever the doubling says.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    private RecoveryPolicy(int maxRecoveries, TimeSpan period, TimeSpan backOff)
    {
        MaxRecoveries = maxRecoveries;
        Period = period;
        BackOff = backOff;
    }

    /// <summary>It stays crashed until somebody recovers or stops it.</summary>
    public static RecoveryPolicy Never { get; } = new(0, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>It is recovered at once, each time. When the restart itself fails it is tried again, waiting longer
    /// each time.</summary>
    public static RecoveryPolicy Always { get; } = new(int.MaxValue, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>How many recoveries a period may have.</summary>
    public int MaxRecoveries { get; }

    /// <summary>The period that <see cref="MaxRecoveries"/> counts in, ending now.</summary>
    public TimeSpan Period { get; }

    /// <summary>How long to wait before the second recovery of a period; each further one waits twice as long, up to
    /// <see cref="LongestDelay"/>. The first is at once.</summary>
    public TimeSpan BackOff { get; }

    /// <summary>It is recovered, but at most so often in a period, waiting longer each time.</summary>
    /// <param name="maxRecoveries">How many recoveries a period may have; at least 1.</param>
    /// <param name="period">The period, ending now.</param>
    /// <param name="backOff">How long to wait before the second recovery of a period; doubles.</param>
    /// <returns>The policy.</returns>
    public static RecoveryPolicy AtMost(int maxRecoveries, TimeSpan period, TimeSpan backOff = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecoveries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backOff, TimeSpan.Zero);
        return new RecoveryPolicy(maxRecoveries, period, backOff);
    }

    /// <summary>How long to wait before a restart is tried again that failed so often in a row: 100 ms, doubling.
    /// </summary>
    internal static TimeSpan AfterFailures(int failures)
    {
        double seconds = 0.1 * Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay.TotalSeconds));
    }

    /// <summary>How long to wait before the next recovery, when so many were in the period that ends now.</summary>
    internal bool TryPermit(int recentRecoveries, out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        if (recentRecoveries >= MaxRecoveries)
        {
            return false;
        }

        if (recentRecoveries > 0 && BackOff > TimeSpan.Zero)
        {
            double seconds = BackOff.TotalSeconds * Math.Pow(2, Math.Min(recentRecoveries - 1, 30));
            delay = TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay.TotalSeconds));
        }

        return true;
    }
}
