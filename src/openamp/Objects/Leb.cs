// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Objects;

/// <summary>Numbers of variable length, as debug information has them (DWARF 4, section 7.6).</summary>
internal static class Leb
{
    public static ulong ReadUnsigned(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    public static long ReadSigned(byte[] bytes, ref int at)
    {
        long value = 0;
        for (int shift = 0; ;)
        {
            byte next = bytes[at++];
            value |= (long)(next & 0x7F) << shift;
            shift += 7;
            if (next < 0x80)
            {
                return shift < 64 && (next & 0x40) != 0 ? value | (-1L << shift) : value;
            }
        }
    }
}
