// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Fuzz.Tests.Planted;

/// <summary>A reader of a table that makes room for as many entries as the header says, before it looks whether the
/// table has them.</summary>
public static class PlantedAllocation
{
    private const int HeaderBytes = 16;
    private const int EntryBytes = 16;

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(input) != 1)
        {
            return;
        }

        // Bounded, for the sake of the machine that runs this; the header promises the more, the larger the file.
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(input[4..]);
        ulong[] entries = new ulong[Math.Min(count, 1 << 20)];
        for (int i = 0; i < entries.Length && HeaderBytes + ((i + 1) * EntryBytes) <= input.Length; i++)
        {
            entries[i] = BinaryPrimitives.ReadUInt64LittleEndian(input[(HeaderBytes + (i * EntryBytes))..]);
        }
    }
}
