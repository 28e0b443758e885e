// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Fuzz.Tests.Planted;

/// <summary>A reader of {type, length, value} records behind a two-byte magic. Of one type the length is not checked.
/// </summary>
/// <remarks>Without seeing branches hardly anybody gets there: one input in sixteen million has the magic
/// and that type.</remarks>
public static class PlantedMissingCheck
{
    private const byte UncheckedType = 0x5a;

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (!HasMagic(input))
        {
            return;
        }

        ReadOnlySpan<byte> rest = input[2..];
        while (rest.Length >= 2)
        {
            byte type = rest[0];
            int length = rest[1];
            if (type != UncheckedType && length > rest.Length - 2)
            {
                return;
            }

            rest = rest[(2 + length)..];
        }
    }

    private static bool HasMagic(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> magic = [0xde, 0x17];
        if (input.Length < magic.Length)
        {
            return false;
        }

        for (int i = 0; i < magic.Length; i++)
        {
            if (input[i] != magic[i])
            {
                return false;
            }
        }

        return true;
    }
}
