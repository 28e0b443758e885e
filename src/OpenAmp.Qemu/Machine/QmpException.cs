// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Qemu;

/// <summary>QEMU's monitor refused a command, did not answer, or said what nobody understands: the inner exception of
/// what operations of a processor throw.</summary>
public sealed class QmpException : Exception
{
    /// <summary>The monitor failed.</summary>
    public QmpException()
        : this("QEMU's monitor failed.")
    {
    }

    /// <summary>The monitor failed.</summary>
    /// <param name="message">What was asked, what came, and what to do.</param>
    public QmpException(string message)
        : base(message)
    {
    }

    /// <summary>The monitor failed.</summary>
    /// <param name="message">What was asked, what came, and what to do.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public QmpException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
