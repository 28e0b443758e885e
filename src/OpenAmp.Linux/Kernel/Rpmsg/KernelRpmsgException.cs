// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>The kernel refused something on an RPMsg device. The message says what was asked of which device, what the
/// error number means there and what to do.</summary>
public sealed class KernelRpmsgException : IOException
{
    /// <summary>Says that something was refused.</summary>
    public KernelRpmsgException()
        : this(KernelRpmsgOutcome.Other, 0, "An RPMsg device of the kernel refused an operation.")
    {
    }

    /// <summary>Says what was refused.</summary>
    /// <param name="message">What, why and what to do.</param>
    public KernelRpmsgException(string message)
        : this(KernelRpmsgOutcome.Other, 0, message)
    {
    }

    /// <summary>Says what was refused, and because of what.</summary>
    /// <param name="message">What, why and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public KernelRpmsgException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says what was refused and what it means.</summary>
    /// <param name="outcome">What it means.</param>
    /// <param name="errno">The kernel's error number, or 0 when it was not the kernel that refused.</param>
    /// <param name="message">What, why and what to do.</param>
    public KernelRpmsgException(KernelRpmsgOutcome outcome, int errno, string message)
        : base(message)
    {
        Outcome = outcome;
        Errno = errno;
    }

    /// <summary>What it means.</summary>
    public KernelRpmsgOutcome Outcome { get; }

    /// <summary>The kernel's error number, or 0 when it was not the kernel that refused.</summary>
    public int Errno { get; }
}
