// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Rpmsg;

/// <summary>An operation met a link or an endpoint that has ended.</summary>
public sealed class RpmsgClosedException : IOException
{
    /// <summary>Says that something has ended.</summary>
    public RpmsgClosedException()
        : this(RpmsgCloseReason.None, "The link has ended.")
    {
    }

    /// <summary>Says what has ended.</summary>
    /// <param name="message">What, and what to do about it.</param>
    public RpmsgClosedException(string message)
        : this(RpmsgCloseReason.None, message)
    {
    }

    /// <summary>Says what has ended, and because of what.</summary>
    /// <param name="message">What, and what to do about it.</param>
    /// <param name="innerException">The cause.</param>
    public RpmsgClosedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says what has ended and why.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">What, and what to do about it.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public RpmsgClosedException(RpmsgCloseReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>Why it ended.</summary>
    public RpmsgCloseReason Reason { get; }

    internal static RpmsgClosedException For(string what, RpmsgCloseReason reason, Exception? cause = null)
    {
        string why = reason switch
        {
            RpmsgCloseReason.Disposed => "this side disposed it",
            RpmsgCloseReason.RemoteDestroyed => "the peer destroyed its endpoint; connect a new one",
            RpmsgCloseReason.PeerGone => "the peer went away; open a new link when it is back",
            RpmsgCloseReason.PeerBroken =>
                "the peer wrote an impossible ring index; restart the peer and open a new link",
            RpmsgCloseReason.HandlerFailed => "its message handler threw; see the inner exception",
            RpmsgCloseReason.Failed => "this side's own thread failed; see the log, and please report it",
            RpmsgCloseReason.CarrierFailed =>
                "what carries its messages failed: " + (cause?.Message ?? "see the log"),
            _ => "it has not been started",
        };
        return new RpmsgClosedException(reason, $"{what} has ended: {why}.", cause);
    }
}
