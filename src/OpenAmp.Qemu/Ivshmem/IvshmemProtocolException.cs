// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>What answers at an ivshmem server's socket does not speak the protocol, or sent something unusable.
/// </summary>
public sealed class IvshmemProtocolException : IOException
{
    /// <summary>Reports a server that breaks the protocol.</summary>
    public IvshmemProtocolException()
        : base("The ivshmem server breaks the protocol.")
    {
    }

    /// <summary>Reports a server that breaks the protocol.</summary>
    /// <param name="message">Which server, what came and what was expected.</param>
    public IvshmemProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a server that breaks the protocol, and the error behind it.</summary>
    /// <param name="message">Which server, what came and what was expected.</param>
    /// <param name="innerException">The error behind it.</param>
    public IvshmemProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
