// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace OpenAmp.Rpmsg;

/// <summary>A link's rings in one virtio role.</summary>
internal sealed partial class LinkEngine<TTransmit, TReceive> : LinkEngine
    where TTransmit : struct, ITransmitPort
    where TReceive : struct, IReceivePort
{
    private readonly LinkDoorbell _doorbell;
    private readonly unsafe void* _workspace;

    // The receiving half: taken by the link's thread, given back by everybody under the gate.
    private readonly Lock _returnGate = new();
    private readonly KickRequest _returnKick;
    private readonly LeaseBook _held;
    private readonly uint _returnNotifyId;
    private readonly RpmsgBuffer[] _batch;
    private RpmsgReceiver<TReceive, LinkPlatform> _receiver;
    private RpmsgDelivery _stalled;

    /// <summary>Puts the rings together.</summary>
    /// <remarks>The workspace is native memory that the engine frees.</remarks>
    public unsafe LinkEngine(
        LinkDoorbell doorbell,
        RpmsgTransmitter<TTransmit, LinkPlatform> transmitter,
        RpmsgReceiver<TReceive, LinkPlatform> receiver,
        (KickRequest Send, KickRequest Return) kicks,
        (uint Send, uint Return) notifyIds,
        void* workspace)
    {
        _doorbell = doorbell;
        _transmitter = transmitter;
        _receiver = receiver;
        _sendKick = kicks.Send;
        _returnKick = kicks.Return;
        _sendNotifyId = notifyIds.Send;
        _returnNotifyId = notifyIds.Return;
        _workspace = workspace;
        _lent = new LeaseBook(transmitter.Port.BufferCount, typeof(RpmsgSendBuffer));
        _held = new LeaseBook(receiver.Port.BufferCount, typeof(RpmsgHeldBuffer));

        // A small part of the ring, so that the peer never waits for buffers that were read long ago.
        _batch = new RpmsgBuffer[Math.Clamp(receiver.Port.BufferCount / 4, 1, MaxBatchSize)];
        LearnBufferSize();
    }

    public override int ReceiveBufferCount => _receiver.Port.BufferCount;

    public override bool IsBroken => _receiver.Port.IsBroken || _transmitter.Port.IsBroken;

    public override bool IsStalled => _stalled.HoldsBuffer;

    public override (ushort ToDriver, ushort ToDevice) TakenIndices
        => _transmitter.Port is DeviceTransmitPort<LinkPlatform> toDriver
            && _receiver.Port is DeviceReceivePort<LinkPlatform> toDevice
                ? (toDriver.NextAvailIndex, (ushort)((toDevice.NextAvailIndex - (IsStalled ? 1 : 0)) & ushort.MaxValue))
                : default;

    public override bool AreRingsReset
    {
        get
        {
            // Who sends or gives back moves the index that is compared.
            lock (_sendGate)
            {
                if (_transmitter.Port is DeviceTransmitPort<LinkPlatform> toDriver && toDriver.WasReset())
                {
                    return true;
                }
            }

            lock (_returnGate)
            {
                return _receiver.Port is DeviceReceivePort<LinkPlatform> toDevice && toDevice.WasReset();
            }
        }
    }

    public override int OutstandingCount => _lent.LentCount + _held.LentCount;

    public override int Drain(RingLink link)
    {
        int taken = 0;
        int returned = 0;
        while (taken < _batch.Length && TryNext(out RpmsgDelivery delivery, out bool isMessage))
        {
            DeliveryOutcome outcome = isMessage ? link.Dispatch(delivery) : DeliveryOutcome.Done;
            if (outcome == DeliveryOutcome.Stalled)
            {
                _stalled = delivery;
                break;
            }

            taken++;
            if (outcome == DeliveryOutcome.Done && delivery.HoldsBuffer)
            {
                _batch[returned++] = delivery.Buffer;
            }
        }

        if (returned > 0)
        {
            GiveBack(_batch.AsSpan(0, returned));
        }

        return taken;
    }

    public override bool TryHold(in RpmsgBuffer buffer, int maxHeldCount, out BufferLease lease)
    {
        lock (_returnGate)
        {
            bool allowed = _held.LentCount < maxHeldCount;
            lease = allowed ? _held.Lend(buffer) : default;
            return allowed;
        }
    }

    public override void ReleaseHeld(in BufferLease lease)
    {
        lock (_returnGate)
        {
            _held.End(lease);
        }

        RpmsgBuffer buffer = lease.Buffer;
        GiveBack(new ReadOnlySpan<RpmsgBuffer>(in buffer));
    }

    public override bool IsHeldCurrent(in BufferLease lease) => _held.IsCurrent(lease);

    public override bool Watch(TimeSpan time, ref bool interrupt)
    {
        // One turn of the loop costs a cache hit; the clock is looked at once in a while only.
        const int TurnsPerLook = 64;
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        do
        {
            for (int i = 0; i < TurnsPerLook; i++)
            {
                if (_receiver.Port.HasMessage())
                {
                    return true;
                }

                Pause();
            }
        }
        while (!interrupt && !_receiver.Port.IsBroken && !ServeWaiters() && Stopwatch.GetTimestamp() < end);

        return false;
    }

    public override bool SetReceiveNotifications(bool wanted)
        => _receiver.Port.SetNotifications(wanted);

    public override void Shut()
    {
        lock (_sendGate)
        {
            _isShut = true;
        }

        // Whoever was giving a buffer back is through when the gate is ours.
        lock (_returnGate)
        {
        }
    }

    public override void Collect(ref RpmsgLinkStatistics statistics)
    {
        statistics.MessagesSent = _transmitter.MessageCount;
        statistics.BytesSent = _transmitter.ByteCount;
        statistics.MessagesReceived = _receiver.MessageCount;
        statistics.BytesReceived = _receiver.ByteCount;
        statistics.KicksSent = _transmitter.Port.KicksSent + _receiver.Port.KicksSent;
        statistics.KicksSuppressed = _transmitter.Port.KicksSuppressed + _receiver.Port.KicksSuppressed;
        statistics.FreeTransmitBuffers = _transmitter.Port.KnownFreeCount;
        statistics.HeldReceiveBuffers = _held.LentCount;
        statistics.SenderWaits = _senderWaits;
        statistics.PeerFaults = _transmitter.Faults.Total + _receiver.Faults.Total + _receiver.LengthsBeyondBuffer;
    }

    protected override unsafe void Dispose(bool disposing) => NativeMemory.AlignedFree(_workspace);

    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    private bool TryNext(out RpmsgDelivery delivery, out bool isMessage)
    {
        if (_stalled.HoldsBuffer)
        {
            delivery = _stalled;
            _stalled = default;
            isMessage = true;
            return true;
        }

        RpmsgReceiveResult result = _receiver.TryReceive(out delivery);
        isMessage = result == RpmsgReceiveResult.Message;
        return result is RpmsgReceiveResult.Message or RpmsgReceiveResult.Rejected;
    }

    private void GiveBack(ReadOnlySpan<RpmsgBuffer> buffers)
    {
        bool kick;
        lock (_returnGate)
        {
            if (_isShut)
            {
                return;
            }

            foreach (ref readonly RpmsgBuffer buffer in buffers)
            {
                _ = _receiver.GiveBack(buffer);
            }

            _receiver.Flush();
            kick = _returnKick.Take();
        }

        if (kick)
        {
            _doorbell.Kick(_returnNotifyId);
        }
    }
}
