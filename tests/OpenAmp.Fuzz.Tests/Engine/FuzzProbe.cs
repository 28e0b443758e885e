// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using SharpFuzz;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Runs a target on one input and tells what it broke.</summary>
internal static class FuzzProbe
{
    private const int Repeats = 3;

    /// <summary>Runs the target.</summary>
    /// <returns>What it broke, or <see langword="null"/>.</returns>
    /// <remarks>The first run of a program also fills caches and is slow: a limit counts as broken only when three more
    /// runs of the same input break it too.</remarks>
    public static FuzzFailure? Check(FuzzTarget target, ReadOnlySpanAction run, byte[] input)
    {
        FuzzFailure? failure = CheckOnce(target, run, input);
        for (int i = 0; i < Repeats && failure is { Kind: "time" or "allocation" }; i++)
        {
            failure = CheckOnce(target, run, input);
        }

        return failure;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever leaves a target is what is looked for.")]
    private static FuzzFailure? CheckOnce(FuzzTarget target, ReadOnlySpanAction run, byte[] input)
    {
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        long startedAt = Stopwatch.GetTimestamp();
        try
        {
            run(input);
        }
        catch (Exception error)
        {
            return new FuzzFailure("exception", error.ToString(), input);
        }

        TimeSpan time = Stopwatch.GetElapsedTime(startedAt);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        long limit = target.AllocationLimit(input.Length);
        if (allocated > limit)
        {
            return new FuzzFailure(
                "allocation",
                $"{input.Length} bytes of input cost {allocated} bytes; at most {limit} expected.",
                input);
        }

        return time <= target.TimeLimit ? null : new FuzzFailure(
            "time",
            $"A run took {time.TotalMilliseconds} ms; at most {target.TimeLimit.TotalMilliseconds} expected.",
            input);
    }
}
