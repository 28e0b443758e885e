// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct timespec on 64-bit: seconds and nanoseconds, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelTimeSpan
{
    internal long Seconds;
    internal long Nanoseconds;

    internal static KernelTimeSpan From(TimeSpan time)
    {
        // A deadline that has just passed is a wait of zero, not an error.
        long ticks = Math.Max(0, time.Ticks);
        return new()
        {
            Seconds = ticks / TimeSpan.TicksPerSecond,
            Nanoseconds = ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
    }
}
