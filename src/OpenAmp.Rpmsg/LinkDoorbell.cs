// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>How one side of a link rings the other, waits to be rung, and learns that the other is gone.</summary>
/// <remarks>
/// <para><see cref="Kick"/> and <see cref="Wake"/> may be called from any thread at any time. <see cref="Wait"/> is
/// called by one thread only, the link's.</para>
/// <para>Several kicks may be seen as one. A kick is never lost: one that comes before a wait ends that wait at
/// once.</para>
/// <para>A link disposes its doorbell after its thread has ended. A kick or a wake that comes later, from a thread that
/// was on its way to it, does nothing and does not throw.</para>
/// </remarks>
public abstract class LinkDoorbell : IDisposable
{
    /// <summary>Whether this side may tell the peer not to ring while it looks by itself (the rings' suppression
    /// flags). Constant.</summary>
    /// <remarks><see langword="false"/> for a peer whose barriers do not hold: one that stores an index and then loads
    /// the flag must not do the two in the other order, or a kick is missing that this side sleeps for.</remarks>
    public virtual bool AllowsSuppression => true;

    /// <summary>Rings the peer. Does not block and allocates nothing; a kick to a peer that is gone is dropped.
    /// </summary>
    /// <param name="notifyId">Notify id of the ring that changed, for doorbells that carry one.</param>
    public abstract void Kick(uint notifyId);

    /// <summary>Waits until the peer rings, <see cref="Wake"/> is called, the peer goes away or time runs out.
    /// Allocates nothing.</summary>
    /// <param name="timeout">How long to wait: <see cref="TimeSpan.Zero"/> looks without waiting,
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits without a limit.</param>
    /// <returns>All that happened since the last call; <see cref="DoorbellEvents.None"/> when time ran out.</returns>
    public abstract DoorbellEvents Wait(TimeSpan timeout);

    /// <summary>Ends a wait that is under way, or else the next one. Does not block and allocates nothing.</summary>
    public abstract void Wake();

    /// <summary>Releases what the doorbell holds. A peer that still waits sees <see cref="DoorbellEvents.PeerGone"/>.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the doorbell holds.</summary>
    /// <param name="disposing"><see langword="true"/> when called from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
