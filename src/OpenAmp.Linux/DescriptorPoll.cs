// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;

namespace OpenAmp.Linux;

/// <summary>Waiting for descriptors with a limit that survives interruptions. Allocates nothing.</summary>
internal static unsafe class DescriptorPoll
{
    /// <summary>Waits until a descriptor is ready or time runs out.</summary>
    /// <returns>How many are ready; 0 when time ran out.</returns>
    internal static int Wait(PollDescriptor* descriptors, int count, TimeSpan timeout)
    {
        bool forever = timeout == Timeout.InfiniteTimeSpan;
        long start = forever || timeout == TimeSpan.Zero ? 0 : Stopwatch.GetTimestamp();
        KernelTimeSpan limit = KernelTimeSpan.From(timeout);
        while (true)
        {
            // SAFETY: the caller's array outlives the call; the limit is a local.
            int ready = Interop.ppoll(descriptors, (nuint)count, forever ? null : &limit, null);
            if (ready >= 0)
            {
                return ready;
            }

            if (Interop.LastErrno != Errno.EINTR)
            {
                throw Interop.Failure("ppoll", "the doorbell's descriptors", Interop.LastErrno,
                    "Was a descriptor closed that the doorbell owns?");
            }

            limit = KernelTimeSpan.From(timeout - (start == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(start)));
        }
    }

    /// <summary>Refuses times that are negative and not infinite.</summary>
    internal static void ThrowIfInvalid(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout,
                "A wait takes zero, a positive time or Timeout.InfiniteTimeSpan.");
        }
    }
}
