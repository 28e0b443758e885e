// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Bench;

/// <summary>The far end of measurements: an echo, a source that sends as many messages as it is told, and a sink that
/// counts.</summary>
/// <remarks>docs/services.md has the messages.</remarks>
internal struct BenchService : IFirmware<BenchService, Board>
{
    private const int MaxPayloadBytes = 496;
    private const int OrderBytes = 2 * sizeof(uint);

    private uint _echo;
    private uint _source;
    private uint _sink;
    private uint _echoed;
    private uint _sunk;
    private uint _sunkBytes;
    private uint _outOfOrder;
    private uint _firstTick;

    // The finest that a board's tick goes; times are reported in it.
    public static uint TickMilliseconds => 1;

    public void Start(ref Remote<Board> remote)
    {
        _echo = remote.Offer("openamp-bench-echo"u8);
        _source = remote.Offer("openamp-bench-source"u8);
        _sink = remote.Offer("openamp-bench-sink"u8);
        FirmwareTrace.Write("ready to be measured\n"u8);
    }

    public void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        uint destination = message.Destination;
        if (destination == _echo)
        {
            _echoed = unchecked(_echoed + 1);
            _ = remote.Reply(message, message.Payload);
        }
        else if (destination == _source)
        {
            Pour(ref remote, message);
        }
        else if (destination == _sink)
        {
            Sink(ref remote, message);
        }
    }

    /// <summary>An order is two words: how many messages, and how long each is. Each begins with its number.</summary>
    private readonly void Pour(ref Remote<Board> remote, in RpmsgDelivery order)
    {
        ReadOnlySpan<byte> words = order.Payload;
        if (words.Length != OrderBytes)
        {
            FirmwareTrace.Write("an order is two words\n"u8);
            return;
        }

        uint count = BinaryPrimitives.ReadUInt32LittleEndian(words);
        uint lengthBytes = BinaryPrimitives.ReadUInt32LittleEndian(words[sizeof(uint)..]);
        lengthBytes = lengthBytes < sizeof(uint) ? sizeof(uint) : lengthBytes;
        lengthBytes = lengthBytes > MaxPayloadBytes ? MaxPayloadBytes : lengthBytes;
        Span<byte> message = stackalloc byte[MaxPayloadBytes];
        message.Fill(0xA5);
        message = message[..(int)lengthBytes];
        uint start = Board.Ticks;
        uint sent = 0;
        while (sent < count)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(message, sent);
            if (remote.Send(order.Destination, order.Source, message) != RpmsgSendResult.Sent)
            {
                break;
            }

            sent++;
        }

        TraceText.Write(sent, " messages poured in "u8);
        TraceText.Write(unchecked(Board.Ticks - start), " ms\n"u8);
    }

    /// <summary>Counts a message; one without payload asks for the count, which then begins anew.</summary>
    private void Sink(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        if (message.LengthBytes == 0)
        {
            const int Words = 7;
            Span<byte> report = stackalloc byte[Words * sizeof(uint)];
            uint elapsed = _sunk == 0 ? 0 : unchecked(Board.Ticks - _firstTick);
            BinaryPrimitives.WriteUInt32LittleEndian(report, _sunk);
            BinaryPrimitives.WriteUInt32LittleEndian(report[4..], _sunkBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(report[8..], _outOfOrder);
            BinaryPrimitives.WriteUInt32LittleEndian(report[12..], elapsed);
            BinaryPrimitives.WriteUInt32LittleEndian(report[16..], _echoed);
            BinaryPrimitives.WriteUInt32LittleEndian(report[20..], remote.HostFaults);
            BinaryPrimitives.WriteUInt32LittleEndian(report[24..], remote.UnknownDestinations);
            _sunk = 0;
            _sunkBytes = 0;
            _outOfOrder = 0;
            _ = remote.Reply(message, report);
            return;
        }

        if (_sunk == 0)
        {
            _firstTick = Board.Ticks;
        }

        if (message.LengthBytes < sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(message.Payload) != _sunk)
        {
            _outOfOrder = unchecked(_outOfOrder + 1);
        }

        _sunk = unchecked(_sunk + 1);
        _sunkBytes = unchecked(_sunkBytes + message.LengthBytes);
    }
}
