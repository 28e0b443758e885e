// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>Mutual exclusion between processes by one 32-bit word of shared memory that starts at zero.</summary>
/// <remarks>
/// <para>Entering and leaving without contention is one atomic operation and no system call. Not recursive, not fair.
/// Any number of threads of any number of processes may use it; the owner on record is the process.</para>
/// <para>The word is 0 when free, else who is inside (22 bits of process id, 9 bits of its start time) and, in bit 31,
/// whether somebody may be asleep. Owner and lock are one word, so there is no moment in which a death leaves a lock
/// without an owner. The kernel's robust futexes do not serve here: their list belongs to libc's threads.</para>
/// <para>A sleeper looks every <see cref="LivenessPeriod"/> whether the owner still lives. All users must be in one PID
/// namespace. A process that gets the dead owner's id is told apart by its start time; should even those 9 bits be
/// equal, the mutex stays taken as long as that process lives. A live owner is never taken for dead.</para>
/// </remarks>
public sealed unsafe class SharedMutex
{
    private const int SleepersBit = int.MinValue;

    private readonly int* _word;
    private readonly int _self = OwnerMark.OfThisProcess;

    /// <summary>Uses a word of shared memory. Does not change it.</summary>
    /// <param name="region">The memory; its owner keeps it mapped while the mutex is in use.</param>
    /// <param name="address">Device address of the word, aligned to 4 bytes.</param>
    /// <exception cref="ArgumentException">The word is not aligned, or not inside the region.</exception>
    public SharedMutex(SharedRegion region, DeviceAddress address)
    {
        if (!region.TryTranslate(address, sizeof(int), out byte* word) || ((nuint)word & 3) != 0)
        {
            throw new ArgumentException($"A mutex needs 4 bytes aligned to 4 inside the region of {region.LengthBytes} "
                + $"bytes at 0x{region.Address.Value:x}; 0x{address.Value:x} is not such a place.", nameof(address));
        }

        _word = (int*)word;
    }

    /// <summary>How often a sleeper looks whether the owner still lives: 50 ms.</summary>
    public static TimeSpan LivenessPeriod { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Enters when the mutex is free, without waiting or looking for a dead owner.</summary>
    /// <returns><see langword="false"/> when somebody is inside.</returns>
    public bool TryEnter() => Interlocked.CompareExchange(ref *_word, _self, 0) == 0;

    /// <summary>Enters, waiting for as long as given.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="cancellationToken">Ends the wait, at the latest one <see cref="LivenessPeriod"/> later.</param>
    /// <returns>Whether the caller is inside, and whether the last owner died there.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the caller is outside.</exception>
    public SharedMutexEntry Enter(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        DescriptorPoll.ThrowIfInvalid(timeout);
        if (TryEnter())
        {
            return SharedMutexEntry.Entered;
        }

        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Whoever slept enters with the bit set: others may be asleep still, and the next exit must wake one.
            int seen = Interlocked.CompareExchange(ref *_word, _self | SleepersBit, 0);
            if (seen == 0)
            {
                return SharedMutexEntry.Entered;
            }

            TimeSpan slice = SliceOf(timeout, start);
            if (slice <= TimeSpan.Zero)
            {
                return TryReplaceDeadOwner(seen)
                    ? SharedMutexEntry.EnteredAfterOwnerDied
                    : SharedMutexEntry.TimedOut;
            }

            int marked = seen | SleepersBit;
            if (marked != seen && Interlocked.CompareExchange(ref *_word, marked, seen) != seen)
            {
                continue;
            }

            if (Futex.Wait(_word, marked, slice) == FutexWaitResult.TimedOut && TryReplaceDeadOwner(marked))
            {
                return SharedMutexEntry.EnteredAfterOwnerDied;
            }
        }
    }

    /// <summary>Leaves, and wakes one sleeper if there may be one.</summary>
    /// <exception cref="SynchronizationLockException">This process is not inside.</exception>
    public void Exit()
    {
        int seen = Interlocked.CompareExchange(ref *_word, 0, _self);
        if (seen == _self)
        {
            return;
        }

        if (seen != (_self | SleepersBit))
        {
            throw new SynchronizationLockException(
                $"The mutex holds 0x{seen:x8}; this process leaves only 0x{_self:x8}, what it wrote on entering.");
        }

        _ = Interlocked.Exchange(ref *_word, 0);
        _ = Futex.Wake(_word, 1);
    }

    private bool TryReplaceDeadOwner(int seen)
        => OwnerMark.IsDead(seen & ~SleepersBit)
            && Interlocked.CompareExchange(ref *_word, _self | SleepersBit, seen) == seen;

    private static TimeSpan SliceOf(TimeSpan timeout, long start)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return LivenessPeriod;
        }

        TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
        return left < LivenessPeriod ? left : LivenessPeriod;
    }
}
