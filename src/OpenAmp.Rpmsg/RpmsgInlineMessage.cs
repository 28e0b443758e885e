// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A message as an inline handler sees it: still in shared memory.</summary>
/// <remarks>The peer can write to the payload while it is read: copy what decisions depend on, then check the
/// copy.</remarks>
public ref struct RpmsgInlineMessage
{
    private readonly RpmsgLink _link;
    private readonly RpmsgDelivery _delivery;

    internal RpmsgInlineMessage(RpmsgLink link, in RpmsgDelivery delivery)
    {
        _link = link;
        _delivery = delivery;
    }

    /// <summary>Address of the sender.</summary>
    public readonly uint Source => _delivery.Source;

    /// <summary>The payload, where it lies in shared memory; during the call.</summary>
    public readonly ReadOnlySpan<byte> Payload => _delivery.Payload;

    /// <summary>Keeps the message beyond the call, without a copy.</summary>
    /// <param name="held">The message; it is to be disposed.</param>
    /// <returns><see langword="false"/> when the program holds three quarters of the link's buffers already, since
    /// without free buffers the peer cannot send: copy the payload instead.</returns>
    /// <exception cref="InvalidOperationException">It is held already.</exception>
    public bool TryHold(out RpmsgHeldBuffer held)
    {
        // Kept by the link, so that copies of this value know too.
        if (_link.IsDeliveryHeld)
        {
            throw new InvalidOperationException(
                "The message is held already; use the buffer that the first call gave.");
        }

        bool isHeld = _link.TryHold(_delivery.Buffer, out BufferLease lease);
        _link.IsDeliveryHeld = isHeld;
        held = isHeld ? new RpmsgHeldBuffer(_link, lease, _delivery.LengthBytes, _delivery.Source) : default;
        return isHeld;
    }
}
