// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Linux;

/// <summary>Where and how a <see cref="VhostUserServer"/> serves.</summary>
public sealed record VhostUserServerOptions
{
    /// <summary>Path of the UNIX socket to listen at. One that a dead server left is replaced.</summary>
    public required string SocketPath { get; init; }

    /// <summary>What is offered beyond the base protocol; default: everything but in-band notifications. The
    /// configuration space is offered only for a device that has one.</summary>
    public VhostUserProtocolFeatures ProtocolFeatures { get; init; } =
        VhostUserProtocolFeatures.QueueCount | VhostUserProtocolFeatures.ReplyAck
        | VhostUserProtocolFeatures.BackEndRequests | VhostUserProtocolFeatures.Configuration
        | VhostUserProtocolFeatures.ResetDevice | VhostUserProtocolFeatures.MemorySlots
        | VhostUserProtocolFeatures.Status;

    /// <summary>How long a front end may be silent after it connected, and in the middle of a message. Default: 10 s.
    /// Between messages it may be silent for as long as it likes.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether memory is refused that the front end could shrink later, which would end this process with
    /// SIGBUS. Default: no, since Linux's own user-mode kernel shares such memory.</summary>
    public bool RequireSealedMemory { get; init; }

    /// <summary>Where the server reports what happens. Default: nowhere.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal void ThrowIfInvalid()
    {
        UnixSocket.ThrowIfPathInvalid(SocketPath);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SilenceTimeout, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(Logger);
    }
}
