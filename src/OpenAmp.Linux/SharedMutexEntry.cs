// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>How an attempt to enter a <see cref="SharedMutex"/> ended.</summary>
public enum SharedMutexEntry
{
    /// <summary>Time ran out: the caller is outside.</summary>
    TimedOut = 0,

    /// <summary>The caller is inside and the last owner left in order.</summary>
    Entered = 1,

    /// <summary>The caller is inside, and the last owner's process ended while it was inside: what the mutex protects
    /// may be half written. Repair it before leaving.</summary>
    EnteredAfterOwnerDied = 2,
}
