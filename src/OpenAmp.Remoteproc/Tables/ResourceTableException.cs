// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A resource table is damaged, or cannot hold what it was given. The message names the rule, the offset, what
/// was expected, what was found and what to do.</summary>
public sealed class ResourceTableException : Exception
{
    /// <summary>Reports a table without saying what is wrong with it.</summary>
    public ResourceTableException()
        : base("The resource table is invalid.")
    {
    }

    /// <summary>Reports what is wrong with a table.</summary>
    /// <param name="message">What is wrong.</param>
    public ResourceTableException(string message)
        : base(message)
    {
    }

    /// <summary>Reports what is wrong with a table, and the error behind it.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The error behind it.</param>
    public ResourceTableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Reports a fault that a reader found.</summary>
    /// <param name="fault">The fault.</param>
    public ResourceTableException(ResourceTableFault fault)
        : this(fault, FaultText.Describe(fault))
    {
    }

    internal ResourceTableException(ResourceTableFault fault, string text)
        : base($"{FaultText.RuleIdOf(fault.Error)}: resource table, offset 0x{fault.OffsetBytes:x}: {text}")
        => Fault = fault;

    /// <summary>What is wrong and where; its default value when the message alone says it.</summary>
    public ResourceTableFault Fault { get; }

    /// <summary>Id of the rule that is broken, as the linter's; empty without a fault.</summary>
    public string RuleId => Fault.Error == ResourceTableError.None ? "" : FaultText.RuleIdOf(Fault.Error);
}
