// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.UserModeLinux;

/// <summary>The guest did not do what was asked of it: it did not start, it panicked, or it ended.</summary>
public sealed class LinuxGuestException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public LinuxGuestException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What happened, and what to do.</param>
    public LinuxGuestException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">What it comes from.</param>
    public LinuxGuestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal LinuxGuestException(string message, IReadOnlyList<string> lastLog)
        : base(lastLog.Count == 0 ? message
            : $"{message} The last of its kernel log:{Environment.NewLine}{string.Join(Environment.NewLine, lastLog)}")
        => LastLog = lastLog;

    /// <summary>The last lines of the guest's kernel log, oldest first; empty when it had none.</summary>
    public IReadOnlyList<string> LastLog { get; } = [];

    /// <summary>Whether the kernel panicked.</summary>
    public bool IsPanic { get; internal init; }
}
