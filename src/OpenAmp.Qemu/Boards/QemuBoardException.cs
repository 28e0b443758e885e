// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Qemu;

/// <summary>A board's description cannot be read or makes no sense. The message says which file, which member, what was
/// expected and what was found.</summary>
public sealed class QemuBoardException : Exception
{
    /// <summary>A board's description makes no sense.</summary>
    public QemuBoardException()
        : this("A board's description makes no sense.")
    {
    }

    /// <summary>A board's description makes no sense.</summary>
    /// <param name="message">Which, and what to do.</param>
    public QemuBoardException(string message)
        : base(message)
    {
    }

    /// <summary>A board's description makes no sense.</summary>
    /// <param name="message">Which, and what to do.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public QemuBoardException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
