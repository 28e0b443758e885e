// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A message does not fit a buffer of the link. Nothing was sent: a message is never cut.</summary>
public sealed class RpmsgMessageTooLongException : ArgumentException
{
    /// <summary>Says that a message is too long.</summary>
    public RpmsgMessageTooLongException()
        : base("The message is longer than a buffer of the link holds.")
    {
    }

    /// <summary>Says which message is too long.</summary>
    /// <param name="message">Which, and what the limit is.</param>
    public RpmsgMessageTooLongException(string message)
        : base(message)
    {
    }

    /// <summary>Says which message is too long, and because of what.</summary>
    /// <param name="message">Which, and what the limit is.</param>
    /// <param name="innerException">The cause.</param>
    public RpmsgMessageTooLongException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal RpmsgMessageTooLongException(int lengthBytes, int maxPayloadBytes)
        : base($"The message has {lengthBytes} bytes; a buffer of this link holds {maxPayloadBytes}. "
            + "Send it in parts, use the endpoint's stream, or give the link larger buffers.")
    {
        LengthBytes = lengthBytes;
        MaxPayloadBytes = maxPayloadBytes;
    }

    /// <summary>Length of the message, in bytes.</summary>
    public int LengthBytes { get; }

    /// <summary>The longest payload that the link carries, in bytes.</summary>
    public int MaxPayloadBytes { get; }
}
