// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A processor did not do what it was told: its driver refused, failed or did not answer in time.</summary>
/// <remarks>The message names the processor, the operation, what happened, what state that leaves, and what to do.
/// </remarks>
public class RemoteProcessorException : Exception
{
    /// <summary>A processor did not do what it was told.</summary>
    public RemoteProcessorException()
        : this("The remote processor did not do what it was told.")
    {
    }

    /// <summary>A processor did not do what it was told.</summary>
    /// <param name="message">Which, what, and what to do.</param>
    public RemoteProcessorException(string message)
        : base(message)
    {
    }

    /// <summary>A processor did not do what it was told.</summary>
    /// <param name="message">Which, what, and what to do.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public RemoteProcessorException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal static NotSupportedException NotSupported(string name, string operation)
        => new($"The driver of processor '{name}' says that it can do what {operation} does, but has no {operation}.");
}
