// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <summary>A driver's doorbell, to which the library can add that the peer is gone.</summary>
/// <remarks>So a link ends the same way whether its doorbell saw the processor stop or its owner was told of a
/// crash.</remarks>
internal sealed class VdevDoorbell(LinkDoorbell inner) : LinkDoorbell
{
    private volatile bool _peerGone;

    public override bool AllowsSuppression => inner.AllowsSuppression;

    public void EndPeer()
    {
        _peerGone = true;
        inner.Wake();
    }

    public override void Kick(uint notifyId) => inner.Kick(notifyId);

    public override DoorbellEvents Wait(TimeSpan timeout)
    {
        DoorbellEvents events = inner.Wait(_peerGone ? TimeSpan.Zero : timeout);
        return _peerGone ? events | DoorbellEvents.PeerGone : events;
    }

    public override void Wake() => inner.Wake();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }
}
