// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A key for firmware cannot be used: its file is not PEM, its kind is not supported, it is too short. The
/// message names the key and says what to do.</summary>
public sealed class FirmwareKeyException : Exception
{
    /// <summary>Reports a key without saying what is wrong with it.</summary>
    public FirmwareKeyException()
        : base("The firmware key cannot be used.")
    {
    }

    /// <summary>Reports what is wrong with a key.</summary>
    /// <param name="message">The key, what was expected, what was found and what to do.</param>
    public FirmwareKeyException(string message)
        : base(message)
    {
    }

    /// <summary>Reports what is wrong with a key, and the error behind it.</summary>
    /// <param name="message">The key, what was expected, what was found and what to do.</param>
    /// <param name="innerException">The error behind it.</param>
    public FirmwareKeyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
