// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Platform;
using OpenAmp.Remoteproc;

namespace OpenAmp.Trace;

/// <summary>Opens the remote's end of a classic trace buffer, and copies one at the host's.</summary>
public static unsafe class TextTrace
{
    /// <summary>Clears the buffer and begins at its start. Allocates nothing.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine.</param>
    /// <param name="address">Device address of the buffer.</param>
    /// <param name="lengthBytes">Length of the buffer, in bytes; odd ones are fine.</param>
    /// <param name="ending">What to keep behind the newest byte.</param>
    /// <param name="writer">The writer.</param>
    /// <returns><see langword="false"/> when the buffer has no room for a byte (and its ending), or lies outside shared
    /// memory; nothing is written then.</returns>
    public static bool TryCreateWriter<TPlatform>(
        TPlatform platform,
        DeviceAddress address,
        uint lengthBytes,
        TextTraceEnding ending,
        out TextTraceWriter<TPlatform> writer)
        where TPlatform : struct, IPlatform
    {
        writer = default;
        bool hasEnding = ending == TextTraceEnding.Zero;
        uint endingBytes = hasEnding ? 1u : 0u;
        if (lengthBytes <= endingBytes || !platform.TryTranslate(address, lengthBytes, out byte* start))
        {
            return false;
        }

        for (uint i = 0; i < lengthBytes; i++)
        {
            // SAFETY: the range was just found to be mapped.
            TextTraceWriter<TPlatform>.Store(start + i, 0);
        }

        platform.Clean(start, lengthBytes);
        writer = new TextTraceWriter<TPlatform>(platform, start, lengthBytes - endingBytes, hasEnding);
        return true;
    }

    /// <summary>Copies live text so that the copy holds no byte without those that were written before it.</summary>
    /// <param name="source">First byte of the text.</param>
    /// <param name="destination">Where it goes, as much as it is long.</param>
    /// <remarks>
    /// <para>The remote writes towards higher addresses; the copy is made towards lower ones, each access after the one
    /// before it. A byte that was seen was then written before any lower one was read. A copy upwards could hold new
    /// bytes behind old ones, when it was interrupted in the middle.</para>
    /// <para>Safety: the caller keeps as many bytes mapped at the source as the destination is long.</para>
    /// </remarks>
    public static void CopyDownwards(byte* source, Span<byte> destination)
    {
        int i = destination.Length;
        while (i > 0)
        {
            // SAFETY: i is at most the length the caller vouched for; a word is read only when all of it is.
            if (i >= sizeof(uint) && ((nuint)(source + i) & 3) == 0)
            {
                i -= sizeof(uint);
                MemoryMarshal.Write(destination[i..], ((SharedWord*)(source + i))->Read());
            }
            else
            {
                i--;
                destination[i] = ((SharedByte*)(source + i))->Read();
            }
        }
    }
}
