// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>The peer process ended, or closed the link, while this side was setting the link up. Dispose what there is
/// and connect or accept again.</summary>
public sealed class PeerClosedException : IOException
{
    /// <summary>Reports a peer that is gone.</summary>
    public PeerClosedException()
        : base("The peer closed the link.")
    {
    }

    /// <summary>Reports a peer that is gone.</summary>
    /// <param name="message">Which peer, and during what.</param>
    public PeerClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Reports a peer that is gone, and the error behind it.</summary>
    /// <param name="message">Which peer, and during what.</param>
    /// <param name="innerException">The error behind it.</param>
    public PeerClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
