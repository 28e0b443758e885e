// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;

namespace OpenAmp.Linux;

/// <summary>Sleeping on a 32-bit word of shared memory until another process wakes the sleeper.</summary>
/// <remarks>The word is found by the memory behind it, so each process may map it elsewhere. Allocates
/// nothing.</remarks>
public static unsafe class Futex
{
    /// <summary>Sleeps while the word holds a value.</summary>
    /// <param name="word">The word, aligned to 4 bytes.</param>
    /// <param name="expected">The value that is worth sleeping on.</param>
    /// <param name="timeout">How long to sleep; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Why the sleep ended. <see cref="FutexWaitResult.Woken"/> may be spurious.</returns>
    /// <exception cref="IOException">The word is misaligned or not mapped.</exception>
    /// <remarks>Safety: the caller keeps the word mapped until this returns.</remarks>
    public static FutexWaitResult Wait(int* word, int expected, TimeSpan timeout)
    {
        DescriptorPoll.ThrowIfInvalid(timeout);
        KernelTimeSpan limit = KernelTimeSpan.From(timeout);
        KernelTimeSpan* limitOrNone = timeout == Timeout.InfiniteTimeSpan ? null : &limit;
        if (Interop.futex(Interop.SYS_futex, word, Interop.FUTEX_WAIT, expected, limitOrNone, 0, 0) == 0)
        {
            return FutexWaitResult.Woken;
        }

        return Interop.LastErrno switch
        {
            Errno.EAGAIN => FutexWaitResult.ValueDiffered,
            Errno.ETIMEDOUT => FutexWaitResult.TimedOut,
            Errno.EINTR => FutexWaitResult.Woken,
            int errno => throw Interop.Failure("futex(FUTEX_WAIT)", $"the word at 0x{(nuint)word:x}", errno,
                "The word must be mapped and aligned to 4 bytes."),
        };
    }

    /// <summary>Wakes sleepers of the word.</summary>
    /// <param name="word">The word, aligned to 4 bytes.</param>
    /// <param name="count">How many to wake at most.</param>
    /// <returns>How many were woken.</returns>
    /// <exception cref="IOException">The word is misaligned or not mapped.</exception>
    /// <remarks>Safety: the caller keeps the word mapped until this returns.</remarks>
    public static int Wake(int* word, int count)
    {
        long woken = Interop.futex(Interop.SYS_futex, word, Interop.FUTEX_WAKE, count, null, 0, 0);
        return woken >= 0
            ? (int)woken
            : throw Interop.Failure("futex(FUTEX_WAKE)", $"the word at 0x{(nuint)word:x}", Interop.LastErrno,
                "The word must be mapped and aligned to 4 bytes.");
    }
}
