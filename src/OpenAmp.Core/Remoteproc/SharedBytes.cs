// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Copies between private and shared memory that a device mapping tolerates.</summary>
/// <remarks>A library's block copy may use wide or unaligned accesses, which such a mapping faults on. Here an aligned
/// word is one access, and what is left over goes byte by byte.</remarks>
internal static unsafe class SharedBytes
{
    // Safety: the caller keeps as many bytes mapped at the source as the destination is long.
    public static void CopyOut(byte* source, Span<byte> destination)
    {
        int i = 0;
        while (i < destination.Length)
        {
            // SAFETY: i is below the length the caller vouched for; a word is read only when all of it is.
            if (destination.Length - i >= sizeof(uint) && IsWordAligned(source + i))
            {
                MemoryMarshal.Write(destination[i..], ((SharedWord*)(source + i))->Read());
                i += sizeof(uint);
            }
            else
            {
                destination[i] = ((SharedByte*)(source + i))->Read();
                i++;
            }
        }
    }

    // Safety: the caller keeps as many bytes mapped and writable at the destination as the source is long.
    public static void CopyIn(ReadOnlySpan<byte> source, byte* destination)
    {
        int i = 0;
        while (i < source.Length)
        {
            // SAFETY: i is below the length the caller vouched for; a word is written only when all of it is.
            if (source.Length - i >= sizeof(uint) && IsWordAligned(destination + i))
            {
                ((SharedWord*)(destination + i))->Write(MemoryMarshal.Read<uint>(source[i..]));
                i += sizeof(uint);
            }
            else
            {
                ((SharedByte*)(destination + i))->Write(source[i]);
                i++;
            }
        }
    }

    private static bool IsWordAligned(byte* address) => ((nuint)address & 3) == 0;
}
