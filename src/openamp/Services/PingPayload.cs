// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Tool.Services;

/// <summary>The messages of ping and flood: two native words of C, the message's number and the size of what follows,
/// and that many bytes 0xA5.</summary>
internal sealed class PingPayload
{
    /// <summary>Sizes go from 1 to this.</summary>
    public const int LastSize = 480;

    private const byte Fill = 0xA5;
    private readonly int _wordBytes;

    /// <summary>Messages of one width of words.</summary>
    /// <param name="wordBytes">Width of the C type unsigned long at the peer: 8, or 4 on a 32-bit one.</param>
    public PingPayload(int wordBytes) => _wordBytes = wordBytes is 4 or 8
        ? wordBytes
        : throw new ArgumentOutOfRangeException(nameof(wordBytes), wordBytes, "Expected 4 or 8.");

    /// <summary>Length of the longest message in bytes.</summary>
    public int LongestBytes => (2 * _wordBytes) + LastSize;

    /// <summary>Writes a message.</summary>
    /// <returns>Its length in bytes.</returns>
    public int Write(Span<byte> message, long number, int size)
    {
        WriteWord(message, number);
        WriteWord(message[_wordBytes..], size);
        message.Slice(2 * _wordBytes, size).Fill(Fill);
        return (2 * _wordBytes) + size;
    }

    /// <summary>Says what is wrong with an echo, or null.</summary>
    public string? FindError(ReadOnlySpan<byte> echo, long number, int size)
    {
        if (echo.Length != (2 * _wordBytes) + size)
        {
            return $"the echo has {echo.Length} bytes; sent were {(2 * _wordBytes) + size}";
        }

        long echoedNumber = ReadWord(echo);
        long echoedSize = ReadWord(echo[_wordBytes..]);
        if (echoedNumber != number || echoedSize != size)
        {
            return $"the echo has number {echoedNumber} and size {echoedSize}; sent were {number} and {size}";
        }

        int position = echo[(2 * _wordBytes)..].IndexOfAnyExcept(Fill);
        return position < 0 ? null : $"byte {position} of {size} is not 0x{Fill:x2}";
    }

    private void WriteWord(Span<byte> message, long value)
    {
        if (_wordBytes == 4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)value);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(message, value);
        }
    }

    private long ReadWord(ReadOnlySpan<byte> message) => _wordBytes == 4
        ? BinaryPrimitives.ReadUInt32LittleEndian(message)
        : BinaryPrimitives.ReadInt64LittleEndian(message);
}
