// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A region or carveout does not fit the processor's memory. The map is unchanged.</summary>
public sealed class MemoryMapException : Exception
{
    /// <summary>A region or carveout does not fit.</summary>
    public MemoryMapException()
        : this("The memory does not fit the processor's map.")
    {
    }

    /// <summary>A region or carveout does not fit.</summary>
    /// <param name="message">Which, where, why, and what to do.</param>
    public MemoryMapException(string message)
        : base(message)
    {
    }

    /// <summary>A region or carveout does not fit.</summary>
    /// <param name="message">Which, where, why, and what to do.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public MemoryMapException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
