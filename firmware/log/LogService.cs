// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Log;

/// <summary>Writes as many numbered lines into a flip-flop trace as it is told, and answers how many were lost.
/// </summary>
/// <remarks>An order is two words: the first line's number, and how many lines. The answer is two words: lines lost
/// since the start, and host's faults.</remarks>
internal struct LogService : IFirmware<LogService, Board>
{
    private const int WordsBytes = 2 * sizeof(uint);
    private const int DigitsAt = 5;
    private const int Digits = 8;

    public static void Prepare() => FlipFlopLog<Board>.Start();

    public readonly void Start(ref Remote<Board> remote)
    {
        _ = FlipFlopLog<Board>.Write("ready to log\n"u8);
        FlipFlopLog<Board>.Flush();
        _ = remote.Offer("openamp-log"u8);
    }

    public readonly void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        ReadOnlySpan<byte> order = message.Payload;
        if (order.Length != WordsBytes)
        {
            _ = FlipFlopLog<Board>.Write("an order is two words\n"u8);
            return;
        }

        uint first = BinaryPrimitives.ReadUInt32LittleEndian(order);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(order[sizeof(uint)..]);
        for (uint i = 0; i < count; i++)
        {
            WriteLine(unchecked(first + i));
        }

        FlipFlopLog<Board>.Flush();
        Span<byte> answer = stackalloc byte[WordsBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(answer, FlipFlopLog<Board>.LostLines);
        BinaryPrimitives.WriteUInt32LittleEndian(answer[sizeof(uint)..], FlipFlopLog<Board>.HostFaults);
        _ = remote.Reply(message, answer);
    }

    private static void WriteLine(uint number)
    {
        Span<byte> line = stackalloc byte[DigitsAt + Digits + 1];
        "line 00000000\n"u8.CopyTo(line);
        for (int at = DigitsAt + Digits - 1; number != 0 && at >= DigitsAt; at--)
        {
            line[at] = (byte)('0' + (number % 10));
            number /= 10;
        }

        _ = FlipFlopLog<Board>.Write(line);
    }
}
