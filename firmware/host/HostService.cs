// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Firmware.Peers;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Host;

/// <summary>The host of a second microcontroller: pings its echo service and checks every answer, once when it comes up
/// and again whenever this board's own host asks for it.</summary>
/// <remarks>docs/services.md has the messages.</remarks>
internal struct HostService : IFirmware<HostService, Board>
{
    private const uint OrderPing = 1;
    private const uint OrderCrash = 2;
    private const int OrderBytes = 2 * sizeof(uint);
    private const int ReportBytes = 4 * sizeof(uint);

    // How many pings a peer gets that came up, and how many are under way at once.
    private const uint GreetingCount = 100;
    private const uint Window = 8;
    private const uint OwnAddress = RpmsgAddress.FirstDynamic;

    private Host<Board, SecondMpsAn386> _host;
    private uint _service;
    private uint _echo;
    private uint _crash;
    private uint _asker;
    private uint _wanted;
    private uint _sent;
    private uint _received;
    private uint _corrupt;

    public static uint TickMilliseconds => 20;

    private readonly bool IsPinging => _wanted != 0;

    public static void OnInterrupt(int number)
    {
        if (!SecondMpsAn386.TryInterrupt(number))
        {
            Panic.Because(PanicCause.Unexpected);
        }
    }

    public static bool Work(ref HostService self, ref Remote<Board> remote) => self.Work(ref remote);

    public void Start(ref Remote<Board> remote)
    {
        _service = remote.Offer("openamp-mcu-host"u8);
        SecondMpsAn386.Start();
    }

    public void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        ReadOnlySpan<byte> words = message.Payload;
        if (message.Destination != _service || words.Length != OrderBytes || IsPinging)
        {
            FirmwareTrace.Write("an order is two words, and one at a time\n"u8);
            return;
        }

        uint order = BinaryPrimitives.ReadUInt32LittleEndian(words);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(words[sizeof(uint)..]);
        _asker = message.Source;
        if (order == OrderPing && _echo != 0 && count != 0)
        {
            Begin(count);
            return;
        }

        if (order == OrderCrash && _crash != 0)
        {
            _ = _host.TrySend(OwnAddress, _crash, "now"u8);
        }

        Report(ref remote);
    }

    private bool Work(ref Remote<Board> remote)
    {
        if (_host.Look())
        {
            FirmwareTrace.Write(_host.IsUp ? "peer: link is up\n"u8 : "peer: link is down\n"u8);
            _echo = 0;
            _crash = 0;
            End(ref remote);
        }

        if (!_host.IsUp)
        {
            return false;
        }

        bool worked = false;
        RpmsgReceiveResult result = _host.TryReceive(out RpmsgDelivery message);
        if (result == RpmsgReceiveResult.Message)
        {
            Take(ref remote, message);
        }

        if (message.HoldsBuffer)
        {
            _host.Release(message);
            worked = true;
        }

        bool wantsToSend = IsPinging && _sent < _wanted && _sent - _received < Window;
        if (wantsToSend && TrySendPing())
        {
            return true;
        }

        return worked || _host.AskForKicks(message: true, buffer: wantsToSend);
    }

    private void Take(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        if (message.Destination == RpmsgAddress.NameService)
        {
            Hear(message);
        }
        else if (message.Destination == OwnAddress && IsPinging && _received < _sent)
        {
            _corrupt += Pings.IsRight(message.Payload, _received) ? 0u : 1;
            if (++_received == _wanted)
            {
                End(ref remote);
            }
        }
    }

    private unsafe void Hear(in RpmsgDelivery message)
    {
        RpmsgBuffer buffer = message.Buffer;
        if (!NameServiceMessage.TryRead(buffer.Payload, message.LengthBytes, out NameServiceMessage announcement))
        {
            return;
        }

        uint address = announcement.IsDestroy ? 0 : announcement.Address;
        if (Services.ServiceName.Is(announcement, "openamp-demo-crash"u8))
        {
            _crash = address;
        }
        else if (Services.ServiceName.Is(announcement, "rpmsg-openamp-demo-channel"u8))
        {
            _echo = address;
            if (address != 0 && !IsPinging)
            {
                _asker = 0;
                Begin(GreetingCount);
            }
        }
    }

    private void Begin(uint count)
    {
        _wanted = count;
        _sent = 0;
        _received = 0;
        _corrupt = 0;
    }

    private bool TrySendPing()
    {
        Span<byte> ping = stackalloc byte[Pings.MaxBytes];
        bool isSent = _host.TrySend(OwnAddress, _echo, Pings.Write(ping, _sent)) == RpmsgSendResult.Sent;
        _sent += isSent ? 1u : 0;
        return isSent;
    }

    /// <summary>The last echo came, or the peer went.</summary>
    private void End(ref Remote<Board> remote)
    {
        if (!IsPinging)
        {
            return;
        }

        TraceText.Write(_received, " of "u8);
        TraceText.Write(_wanted, " messages came back, corrupt: "u8);
        TraceText.Write(_corrupt, "\n"u8);
        _wanted = 0;
        if (_asker != 0)
        {
            Report(ref remote);
        }
    }

    private readonly void Report(ref Remote<Board> remote)
    {
        Span<byte> report = stackalloc byte[ReportBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(report, _received);
        BinaryPrimitives.WriteUInt32LittleEndian(report[4..], _corrupt);
        BinaryPrimitives.WriteUInt32LittleEndian(report[8..], _host.LinkCount);
        BinaryPrimitives.WriteUInt32LittleEndian(report[12..], _host.PeerFaults);
        _ = remote.Send(_service, _asker, report);
    }
}
