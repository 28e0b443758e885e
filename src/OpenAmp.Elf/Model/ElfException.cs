// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>An ELF file is not one that can be used. The message names the rule, the file offset, what was expected
/// and what was found.</summary>
public sealed class ElfException : Exception
{
    /// <summary>Reports a file without saying what is wrong with it.</summary>
    public ElfException()
        : base("The ELF file is invalid.")
    {
    }

    /// <summary>Reports what is wrong with a file.</summary>
    /// <param name="message">The place, what was expected and what was found.</param>
    public ElfException(string message)
        : base(message)
    {
    }

    /// <summary>Reports what is wrong with a file, and the error behind it.</summary>
    /// <param name="message">The place, what was expected and what was found.</param>
    /// <param name="innerException">The error behind it.</param>
    public ElfException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Reports a fault.</summary>
    /// <param name="fault">What is wrong, and where.</param>
    public ElfException(ElfFault fault)
        : base(fault.ToString())
        => Fault = fault;

    /// <summary>What is wrong, and where; the default value if only the message says it.</summary>
    public ElfFault Fault { get; }
}
