// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>Who carries a link's messages when the link has no rings of its own: a kernel, or another process that has
/// the rings.</summary>
/// <remarks>
/// <para>It opens a <see cref="RpmsgPort"/> for each endpoint, tells what the peer announces, and says when all of it
/// is over. <see cref="RpmsgLink.Create(RpmsgCarrier, RpmsgLinkOptions)"/> makes a link of it.</para>
/// <para>Its verbs may be called from any thread, several at a time; <see cref="WatchAsync"/> is called once.</para>
/// </remarks>
public abstract class RpmsgCarrier : IAsyncDisposable
{
    /// <summary>What it is, for logs and exceptions: a device's path, a socket's address.</summary>
    public abstract string Description { get; }

    /// <summary>Which side of the link this program is on.</summary>
    public abstract VirtioRole Role { get; }

    /// <summary>The longest payload that a message carries, in bytes; at most 65535. Constant.</summary>
    public abstract int MaxPayloadBytes { get; }

    /// <summary>Completes when the carrier is of no more use, with the reason: the peer's device went away, the other
    /// process ended. Never fails.</summary>
    public abstract Task<RpmsgCloseReason> Completion { get; }

    /// <summary>Whether a port can be opened now though the peer's address is not known. Otherwise it is opened when
    /// the peer has announced a service of the same name. Default: no.</summary>
    /// <param name="request">The port; its remote address is <see cref="RpmsgAddress.Any"/>.</param>
    /// <returns>Whether <see cref="OpenPortAsync"/> takes the request as it is.</returns>
    public virtual bool OpensUnbound(RpmsgPortRequest request) => false;

    /// <summary>Whether the carrier itself gives each endpoint its peer, by <see cref="RpmsgPort.RemoteAddress"/>, and
    /// ends it when the peer withdraws the service. What it announces is only for listeners and for who looks then.
    /// Default: no, the link does by the announcements.</summary>
    public virtual bool BindsEndpoints => false;

    /// <summary>Opens a port. Ends by itself within a time that the carrier knows, whatever the peer does.</summary>
    /// <param name="request">What the endpoint asks for.</param>
    /// <param name="cancellationToken">Ends the attempt; then there is no port.</param>
    /// <returns>The port; its owner disposes it.</returns>
    /// <exception cref="ArgumentException">The request is wrong: the local address is taken, for example.</exception>
    /// <exception cref="System.IO.IOException">It cannot be opened; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public abstract ValueTask<RpmsgPort> OpenPortAsync(
        RpmsgPortRequest request,
        CancellationToken cancellationToken);

    /// <summary>What the peer announces and withdraws: first what it has announced before, then as it happens.
    /// </summary>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The changes. A sequence that ends by itself says that there will be no more; a sequence that throws
    /// ends the link.</returns>
    public abstract IAsyncEnumerable<RpmsgServiceChange> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Lets go of all that the carrier holds. Ports have been disposed before.</summary>
    /// <returns>Completes when that is done.</returns>
    public abstract ValueTask DisposeAsync();
}
