// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A trace buffer cannot be followed: it lies outside the memory, or has no possible length.</summary>
public sealed class TraceBufferException : Exception
{
    /// <summary>Says nothing about why.</summary>
    public TraceBufferException()
    {
    }

    /// <summary>Says why.</summary>
    /// <param name="message">Expected, actual, where, and what to do.</param>
    public TraceBufferException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what else went wrong.</summary>
    /// <param name="message">Expected, actual, where, and what to do.</param>
    /// <param name="innerException">What was caught.</param>
    public TraceBufferException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
