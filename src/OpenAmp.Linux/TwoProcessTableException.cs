// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Linux;

/// <summary>The resource table in shared memory is not one this platform can work with. The message names the field,
/// its offset, what was expected and what was found.</summary>
public sealed class TwoProcessTableException : Exception
{
    /// <summary>Reports a table without saying what is wrong with it.</summary>
    public TwoProcessTableException()
        : base("The resource table in shared memory is invalid.")
    {
    }

    /// <summary>Reports what is wrong with a table.</summary>
    /// <param name="message">The field, its offset, what was expected and what was found.</param>
    public TwoProcessTableException(string message)
        : base(message)
    {
    }

    /// <summary>Reports what is wrong with a table, and the error behind it.</summary>
    /// <param name="message">The field, its offset, what was expected and what was found.</param>
    /// <param name="innerException">The error behind it.</param>
    public TwoProcessTableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
