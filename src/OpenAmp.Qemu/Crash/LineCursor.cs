// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Text;

namespace OpenAmp.Qemu;

/// <summary>Reads the numbers of DWARF from the front of a piece of it. What reads beyond the end reads zeros, and
/// the cursor says that it did.</summary>
internal ref struct LineCursor(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>Whether everything that was read was there.</summary>
    internal bool IsGood { get; private set; } = true;

    /// <summary>How many bytes are left.</summary>
    internal readonly int Remaining => _rest.Length;

    /// <summary>A number of one to eight bytes.</summary>
    internal ulong Number(int bytes)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        if (bytes is < 0 or > sizeof(ulong))
        {
            IsGood = false;
            return 0;
        }

        Take(bytes).CopyTo(wide);
        return BinaryPrimitives.ReadUInt64LittleEndian(wide);
    }

    /// <summary>ULEB128.</summary>
    internal ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            ulong part = Number(1);
            value |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0)
            {
                return value;
            }
        }

        IsGood = false;
        return 0;
    }

    /// <summary>SLEB128.</summary>
    internal long Signed()
    {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            long part = (long)Number(1);
            value |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0)
            {
                return (part & 0x40) != 0 && shift < 57 ? value | (-1L << (shift + 7)) : value;
            }
        }

        IsGood = false;
        return 0;
    }

    /// <summary>A text that ends with a zero.</summary>
    internal string Text()
    {
        int length = _rest.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(Take(Math.Max(length, 0)));
        _ = Number(1);
        return text;
    }

    /// <summary>The next bytes as a cursor of their own.</summary>
    internal LineCursor Part(ulong bytes)
    {
        IsGood &= bytes <= (ulong)_rest.Length;
        return new(Take((int)Math.Min(bytes, (ulong)_rest.Length)));
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _rest.Length)
        {
            IsGood = false;
            bytes = _rest.Length;
        }

        ReadOnlySpan<byte> taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
