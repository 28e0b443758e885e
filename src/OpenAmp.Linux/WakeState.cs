// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;

namespace OpenAmp.Linux;

/// <summary>Whether a wake is pending, and whether the waiter sleeps in the kernel and has to be rung for it.</summary>
/// <remarks>
/// <para>One word with three values. <see cref="Request"/> comes from any thread; the rest is the waiter's. Only a
/// request that finds the waiter asleep costs a system call, so many wakes of a busy waiter cost none.</para>
/// <para>The word alone tells whether there was a wake. The ring in the kernel only ends the sleep: it may come late
/// and then ends a later sleep for nothing.</para>
/// </remarks>
internal struct WakeState
{
    private const int Idle = 0;
    private const int Asleep = 1;
    private const int Pending = 2;

    private int _value;

    /// <summary>Notes a wake.</summary>
    /// <returns><see langword="true"/> when the waiter sleeps and the caller must ring it.</returns>
    internal bool Request() => Interlocked.Exchange(ref _value, Pending) == Asleep;

    /// <summary>Goes to sleep, unless a wake is pending.</summary>
    /// <returns><see langword="false"/> when a wake is pending: do not sleep.</returns>
    internal bool TryFallAsleep() => Interlocked.CompareExchange(ref _value, Asleep, Idle) == Idle;

    /// <summary>Takes what is pending and is awake.</summary>
    /// <returns>Whether there was a wake since the last call.</returns>
    internal bool Take() => Interlocked.Exchange(ref _value, Idle) == Pending;
}
