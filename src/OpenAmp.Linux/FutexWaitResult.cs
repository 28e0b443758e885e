// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>How a wait on a <see cref="Futex"/> ended.</summary>
public enum FutexWaitResult
{
    /// <summary>Somebody woke the waiter, or a signal did: look at the word again.</summary>
    Woken = 0,

    /// <summary>The word did not hold the expected value, so there was nothing to wait for.</summary>
    ValueDiffered = 1,

    /// <summary>Time ran out.</summary>
    TimedOut = 2,
}
