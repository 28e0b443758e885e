// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;

namespace OpenAmp.Rpmsg;

// The sending half: everybody, under one gate.
internal sealed partial class LinkEngine<TTransmit, TReceive>
{
    private readonly Lock _sendGate = new();
    private readonly KickRequest _sendKick;
    private readonly LeaseBook _lent;
    private readonly uint _sendNotifyId;
    private RpmsgTransmitter<TTransmit, LinkPlatform> _transmitter;
    private WaiterLine _waiters;
    private ulong _senderWaits;

    // Set under the send gate, for good; from then on nobody but a holder of a buffer touches shared memory.
    private volatile bool _isShut;

    public override int MaxPayloadBytes
        => (int)Math.Min(
            Math.Max(_transmitter.Port.BufferSizeBytes, RpmsgHeader.SizeBytes) - RpmsgHeader.SizeBytes,
            RpmsgHeader.MaxPayloadBytes);

    public override int TransmitBufferCount => _transmitter.Port.BufferCount;

    public override bool HasWaiters => _waiters.First is not null;

    public override RpmsgSendResult TrySend(uint source, uint destination, ReadOnlySpan<byte> payload, bool flush)
    {
        RpmsgSendResult result;
        bool kick;
        lock (_sendGate)
        {
            // Who comes later does not overtake those who wait.
            result = _waiters.First is not null || _isShut
                ? Unavailable
                : _transmitter.TrySend(source, destination, payload);

            // A ring that is full of messages the peer cannot see would stay full.
            if (flush || result == RpmsgSendResult.NoBuffer)
            {
                _transmitter.Flush();
            }

            kick = _sendKick.Take();
        }

        KickIf(kick);
        return result;
    }

    public override RpmsgSendResult TryRent(out BufferLease lease)
    {
        lock (_sendGate)
        {
            if (_waiters.First is null)
            {
                return Rent(out lease);
            }

            lease = default;
            return Unavailable;
        }
    }

    public override bool TryEnqueue(SendWaiter waiter, out RpmsgSendResult result, out BufferLease lease)
    {
        bool queued = false;
        bool kick;
        lock (_sendGate)
        {
            lease = default;
            result = _waiters.First is null ? Rent(out lease) : Unavailable;
            if (result == RpmsgSendResult.NoBuffer)
            {
                _transmitter.Flush();

                // Ask the peer to ring first, then look once more: see DriverQueue.SetNotifications.
                bool free = _transmitter.Port.SetNotifications(wanted: true);
                result = _waiters.First is null && free ? Rent(out lease) : Unavailable;
                queued = result == RpmsgSendResult.NoBuffer;
                if (queued)
                {
                    _waiters.Append(waiter);
                    _senderWaits++;
                }
            }

            kick = _sendKick.Take();
        }

        KickIf(kick);
        return queued;
    }

    public override bool TryCancel(SendWaiter waiter)
    {
        lock (_sendGate)
        {
            bool queued = waiter.IsQueued;
            if (queued)
            {
                _waiters.Unlink(waiter);
            }

            return queued;
        }
    }

    public override void FailWaiters(Exception exception)
    {
        while (TakeWaiter() is { } waiter)
        {
            waiter.Fail(exception);
        }
    }

    public override bool ServeWaiters()
    {
        bool served = false;
        while (HasWaiters)
        {
            SendWaiter waiter;
            BufferLease lease;
            lock (_sendGate)
            {
                if (_waiters.First is null || !TryRentOrAskForKick(out lease))
                {
                    break;
                }

                waiter = _waiters.First;
                _waiters.Unlink(waiter);
            }

            waiter.Complete(lease);
            served = true;
        }

        if (served && !HasWaiters)
        {
            lock (_sendGate)
            {
                _ = _waiters.First is null && !_isShut && _transmitter.Port.SetNotifications(wanted: false);
            }
        }

        return served;
    }

    public override RpmsgSendResult SendLease(
        in BufferLease lease,
        uint source,
        uint destination,
        int lengthBytes)
    {
        if (destination == RpmsgAddress.Any)
        {
            return RpmsgSendResult.NoDestination;
        }

        if ((uint)lengthBytes > lease.Buffer.PayloadCapacityBytes)
        {
            return RpmsgSendResult.TooLong;
        }

        bool kick;
        lock (_sendGate)
        {
            _lent.End(lease);
            if (_isShut)
            {
                return RpmsgSendResult.Broken;
            }

            _transmitter.Send(lease.Buffer, source, destination, (ushort)lengthBytes);
            _transmitter.Flush();
            kick = _sendKick.Take();
        }

        KickIf(kick);
        return RpmsgSendResult.Sent;
    }

    public override void ReleaseLease(in BufferLease lease)
    {
        lock (_sendGate)
        {
            _lent.End(lease);
            if (_isShut)
            {
                return;
            }

            _transmitter.Release(lease.Buffer);
        }

        _ = ServeWaiters();
    }

    public override bool IsLeaseCurrent(in BufferLease lease) => _lent.IsCurrent(lease);

    public override void Flush()
    {
        bool kick;
        lock (_sendGate)
        {
            if (_isShut)
            {
                return;
            }

            _transmitter.Flush();
            kick = _sendKick.Take();
        }

        KickIf(kick);
    }

    /// <summary>A device learns the buffers' size from the first one that it is offered.</summary>
    private void LearnBufferSize()
    {
        if (_transmitter.TryRent(out RpmsgBuffer buffer) == RpmsgSendResult.Sent)
        {
            _transmitter.Release(buffer);
        }
    }

    /// <summary>With an event index each kick has to be asked for anew.</summary>
    private bool TryRentOrAskForKick(out BufferLease lease)
        => Rent(out lease) == RpmsgSendResult.Sent
            || (!_isShut
                && _transmitter.Port.SetNotifications(wanted: true)
                && Rent(out lease) == RpmsgSendResult.Sent);

    private RpmsgSendResult Unavailable => _isShut ? RpmsgSendResult.Broken : RpmsgSendResult.NoBuffer;

    private RpmsgSendResult Rent(out BufferLease lease)
    {
        if (_isShut)
        {
            lease = default;
            return RpmsgSendResult.Broken;
        }

        RpmsgSendResult result = _transmitter.TryRent(out RpmsgBuffer buffer);
        lease = result == RpmsgSendResult.Sent ? _lent.Lend(buffer) : default;
        return result;
    }

    private SendWaiter? TakeWaiter()
    {
        lock (_sendGate)
        {
            SendWaiter? waiter = _waiters.First;
            if (waiter is not null)
            {
                _waiters.Unlink(waiter);
            }

            return waiter;
        }
    }

    private void KickIf(bool kick)
    {
        if (kick)
        {
            _doorbell.Kick(_sendNotifyId);
        }
    }
}
