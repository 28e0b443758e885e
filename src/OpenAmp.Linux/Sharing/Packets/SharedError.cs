// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A failure, as a packet tells it: the exception that the caller is to see.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Message">What happened, and what to do.</param>
/// <param name="Reason">Why a link or an endpoint ended, when one has.</param>
internal sealed record SharedError(string Kind, string Message, RpmsgCloseReason? Reason = null)
{
    private const int MaxMessageLength = 4096;

    // Each exception that a caller is promised, and how it is made again. The order matters: a base type comes last.
    private static readonly (string Kind, Type Type, Func<string, Exception> Make)[] Kinds =
    [
        ("state", typeof(RemoteProcessorStateException), static text => new RemoteProcessorStateException(text)),
        ("authentication", typeof(FirmwareAuthenticationException),
            static text => new FirmwareAuthenticationException(text)),
        ("firmware", typeof(FirmwareException), static text => new FirmwareException(text)),
        ("processor", typeof(RemoteProcessorException), static text => new RemoteProcessorException(text)),
        ("tooLong", typeof(RpmsgMessageTooLongException), static text => new RpmsgMessageTooLongException(text)),
        ("unsupported", typeof(NotSupportedException), static text => new NotSupportedException(text)),
        ("unknown", typeof(KeyNotFoundException), static text => new KeyNotFoundException(text)),
        ("trace", typeof(TraceBufferException), static text => new TraceBufferException(text)),
        ("gone", typeof(ObjectDisposedException), static text => new ObjectDisposedException(null, text)),
        ("argument", typeof(ArgumentException), static text => new ArgumentException(text)),
        ("invalid", typeof(InvalidOperationException), static text => new InvalidOperationException(text)),
        ("refused", typeof(SharingException), static text => new SharingException(text)),
        ("io", typeof(IOException), static text => new IOException(text)),
    ];

    internal static SharedError Refused(string message) => new("refused", message);

    /// <summary>Tells an exception.</summary>
    internal static SharedError From(Exception error)
    {
        string message = error.Message.Length > MaxMessageLength
            ? string.Concat(error.Message.AsSpan(0, MaxMessageLength), " ...") : error.Message;
        return error is RpmsgClosedException closed ? new SharedError("closed", message, closed.Reason)
            : new SharedError(
                Kinds.FirstOrDefault(kind => kind.Type.IsInstanceOfType(error)).Kind ?? "failed",
                message);
    }

    /// <summary>The exception that was told.</summary>
    internal Exception ToException() => Kind == "closed"
        ? new RpmsgClosedException(Reason ?? RpmsgCloseReason.Failed, Message)
        : Kinds.FirstOrDefault(kind => kind.Kind == Kind).Make is { } make ? make(Message)
        : new SharingException($"The program that shares this failed: {Message}");
}
