// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Firmware.Peers;
using OpenAmp.Firmware.Services;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Relay;

/// <summary>Stands between a host and a second microcontroller, and passes every message on as it is: the host sees the
/// second one's services under their own addresses.</summary>
/// <remarks>
/// <para>Nothing is lost while both are there: a message that cannot go on waits, and meanwhile nothing more is taken
/// from the side it came from, whose ring fills up. When the peer goes, the host hears that its services have
/// ceased.</para>
/// <para>The relay's own service, to end it, has the fixed address 2.</para>
/// </remarks>
internal struct RelayService : IFirmware<RelayService, Board>
{
    private const uint ShutdownAddress = 2;

    private Host<Board, SecondMpsAn386> _host;
    private Relayed _toPeer;
    private PeerServices _services;
    private RpmsgDelivery _fromPeer;
    private bool _holdsFromPeer;
    private uint _passed;
    private uint _dropped;

    public static uint TickMilliseconds => 20;

    public static bool HasShutdownService => false;

    public static bool TakesEveryAddress => true;

    private static ReadOnlySpan<byte> ShutdownName => "rpmsg-shutdown"u8;

    public static void OnInterrupt(int number)
    {
        if (!SecondMpsAn386.TryInterrupt(number))
        {
            Panic.Because(PanicCause.Unexpected);
        }
    }

    public static bool IsReady(ref RelayService self) => !self._toPeer.IsWaiting;

    public static bool Work(ref RelayService self, ref Remote<Board> remote) => self.Work(ref remote);

    public void Start(ref Remote<Board> remote)
    {
        remote.Open(ShutdownAddress);
        remote.Renew(ShutdownName, ShutdownAddress);
        SecondMpsAn386.Start();
    }

    public void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        if (message.Destination == ShutdownAddress)
        {
            FirmwareTrace.Write("asked to end\n"u8);
            _host.End();
            _ = remote.Reply(message, message.Payload);
            remote.End();
        }
        else if (!_host.IsUp || !_toPeer.TryKeep(message))
        {
            _dropped = unchecked(_dropped + 1);
        }
        else
        {
            _ = TryPassToPeer();
        }
    }

    private bool Work(ref Remote<Board> remote)
    {
        if (_host.Look())
        {
            OnChange(ref remote);
        }

        if (!_host.IsUp)
        {
            return false;
        }

        bool worked = _toPeer.IsWaiting && TryPassToPeer();
        worked |= TryPassToHost(ref remote);
        bool waitsForHost = _holdsFromPeer;
        if (worked)
        {
            return true;
        }

        bool hasRoom = remote.AskForBuffers(waitsForHost) && waitsForHost;
        return _host.AskForKicks(message: !_holdsFromPeer, buffer: _toPeer.IsWaiting) || hasRoom;
    }

    private bool TryPassToPeer()
    {
        RpmsgSendResult result = _host.TrySend(_toPeer.Source, _toPeer.Destination, _toPeer.Payload);
        if (result == RpmsgSendResult.NoBuffer)
        {
            return false;
        }

        _toPeer.Clear();
        Count(result);
        return true;
    }

    private bool TryPassToHost(ref Remote<Board> remote)
    {
        if (!_holdsFromPeer)
        {
            RpmsgReceiveResult result = _host.TryReceive(out _fromPeer);
            if (result != RpmsgReceiveResult.Message)
            {
                if (_fromPeer.HoldsBuffer)
                {
                    _host.Release(_fromPeer);
                }

                return _fromPeer.HoldsBuffer;
            }

            _holdsFromPeer = true;
        }

        if (IsOwnAffair(_fromPeer))
        {
            Let();
            return true;
        }

        RpmsgSendResult sent = remote.TrySend(_fromPeer.Source, _fromPeer.Destination, _fromPeer.Payload);
        if (sent == RpmsgSendResult.NoBuffer)
        {
            return false;
        }

        Count(sent);
        Let();
        return true;
    }

    private void Count(RpmsgSendResult result)
    {
        uint sent = result == RpmsgSendResult.Sent ? 1u : 0;
        _passed = unchecked(_passed + sent);
        _dropped = unchecked(_dropped + 1 - sent);
    }

    private void Let()
    {
        _host.Release(_fromPeer);
        _holdsFromPeer = false;
    }

    /// <summary>Notes which services the peer has; its way to end it is not for this board's host, which ends this
    /// board by that name.</summary>
    private unsafe bool IsOwnAffair(in RpmsgDelivery message)
    {
        RpmsgBuffer buffer = message.Buffer;
        if (message.Destination != RpmsgAddress.NameService
            || !NameServiceMessage.TryRead(buffer.Payload, message.LengthBytes, out NameServiceMessage announcement))
        {
            return false;
        }

        if (ServiceName.Is(announcement, ShutdownName))
        {
            return true;
        }

        _services.Note(announcement);
        return false;
    }

    private void OnChange(ref Remote<Board> remote)
    {
        if (_host.IsUp)
        {
            FirmwareTrace.Write("peer: link is up\n"u8);
            return;
        }

        FirmwareTrace.Write("peer: link is down after messages: "u8);
        TraceText.Write(_passed, ", dropped: "u8);
        TraceText.Write(_dropped, "\n"u8);
        _holdsFromPeer = false;
        _toPeer.Clear();
        _services.WithdrawAll(ref remote);
    }
}
