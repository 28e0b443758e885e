// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A message as an inline handler sees it: still in shared memory.</summary>
/// <remarks>The peer can write to the payload while it is read: copy what decisions depend on, then check the
/// copy.</remarks>
public ref struct RpmsgInlineMessage
{
    private readonly MessagePath _path;
    private readonly RpmsgDelivery _delivery;

    internal RpmsgInlineMessage(MessagePath path, in RpmsgDelivery delivery)
    {
        _path = path;
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
        // Kept by the path, so that copies of this value know too.
        if (_path.IsDeliveryHeld)
        {
            throw new InvalidOperationException(
                "The message is held already; use the buffer that the first call gave.");
        }

        bool isHeld = _path.TryHold(_delivery.Buffer, out BufferLease lease);
        _path.IsDeliveryHeld = isHeld;
        held = isHeld ? new RpmsgHeldBuffer(_path, lease, _delivery.LengthBytes, _delivery.Source) : default;
        return isHeld;
    }
}
