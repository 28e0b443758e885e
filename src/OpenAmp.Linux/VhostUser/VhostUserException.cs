// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>A vhost-user front end broke a rule of the protocol. The message says which, what was expected, and what
/// came.</summary>
public sealed class VhostUserException : IOException
{
    /// <summary>Reports a fault without saying more.</summary>
    public VhostUserException()
        : this("The vhost-user front end broke a rule of the protocol.")
    {
    }

    /// <summary>Reports a connection that was lost.</summary>
    /// <param name="message">What was expected, what came, and where.</param>
    public VhostUserException(string message)
        : base(message) => Fault = VhostUserFault.ConnectionLost;

    /// <summary>Reports a connection that was lost, and the error behind it.</summary>
    /// <param name="message">What was expected, what came, and where.</param>
    /// <param name="innerException">The error behind it.</param>
    public VhostUserException(string message, Exception innerException)
        : base(message, innerException) => Fault = VhostUserFault.ConnectionLost;

    internal VhostUserException(VhostUserFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The rule.</summary>
    public VhostUserFault Fault { get; }
}
