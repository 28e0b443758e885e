// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;

namespace OpenAmp.Linux;

/// <summary>Cuts bytes as they come into lines of bounded length.</summary>
internal sealed class LineSplitter
{
    private readonly byte[] _line = new byte[ChildOutputLine.MaxLineBytes];
    private int _lengthBytes;

    /// <summary>Takes bytes and gives each line that they complete.</summary>
    internal void Add(ReadOnlySpan<byte> bytes, Action<string> onLine)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> piece = end < 0 ? bytes : bytes[..end];
            int taken = Math.Min(piece.Length, _line.Length - _lengthBytes);
            piece[..taken].CopyTo(_line.AsSpan(_lengthBytes));
            _lengthBytes += taken;
            bool ends = end == taken;
            bytes = bytes[(ends ? taken + 1 : taken)..];
            if (ends || _lengthBytes == _line.Length)
            {
                Give(onLine, ends);
            }
        }
    }

    /// <summary>Gives what came after the last line's end, if anything did.</summary>
    internal void End(Action<string> onLine)
    {
        if (_lengthBytes > 0)
        {
            Give(onLine, ends: true);
        }
    }

    private void Give(Action<string> onLine, bool ends)
    {
        // A cut must not go through a character: its first bytes wait for the rest.
        int length = ends ? _lengthBytes : _lengthBytes - OpenCharacterBytes(_line.AsSpan(0, _lengthBytes));
        ReadOnlySpan<byte> line = _line.AsSpan(0, length);
        string text = Encoding.UTF8.GetString(ends && line.EndsWith("\r"u8) ? line[..^1] : line);
        _line.AsSpan(length, _lengthBytes - length).CopyTo(_line);
        _lengthBytes -= length;
        onLine(text);
    }

    /// <summary>How many bytes at the end begin a character that is not complete.</summary>
    private static int OpenCharacterBytes(ReadOnlySpan<byte> bytes)
    {
        const int LongestOpen = 3;
        for (int back = 1; back <= LongestOpen; back++)
        {
            int lead = bytes[^back];
            if ((lead & 0xc0) != 0x80)
            {
                int wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
                return wanted > back ? back : 0;
            }
        }

        return 0;
    }
}
