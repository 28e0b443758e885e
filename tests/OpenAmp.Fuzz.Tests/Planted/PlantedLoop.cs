// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;

namespace OpenAmp.Fuzz.Tests.Planted;

/// <summary>A reader of a linked list of offsets that does not notice when the list is a circle.</summary>
public static class PlantedLoop
{
    internal static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(40);

    public static void Run(ReadOnlySpan<byte> input)
    {
        // It gives up at last, so that no thread is left behind in the tests.
        long startedAt = Stopwatch.GetTimestamp();
        int at = 0;
        while (at < input.Length && input[at] != 0 && Stopwatch.GetElapsedTime(startedAt) < TimeLimit * 1.5)
        {
            at = input[at];
        }
    }
}
