// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>Another program that shares a processor or a link refused, went away, or speaks another protocol.
/// </summary>
public sealed class SharingException : IOException
{
    /// <summary>Reports a refusal.</summary>
    public SharingException()
        : base("The program that shares this refused.")
    {
    }

    /// <summary>Reports what happened.</summary>
    /// <param name="message">Who, what, and what to do.</param>
    public SharingException(string message)
        : base(message)
    {
    }

    /// <summary>Reports what happened, and the error behind it.</summary>
    /// <param name="message">Who, what, and what to do.</param>
    /// <param name="innerException">The error behind it.</param>
    public SharingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
