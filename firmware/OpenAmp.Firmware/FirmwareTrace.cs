// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware;

/// <summary>The image's own trace buffer: text that the host shows, around and around.</summary>
/// <remarks>The format is that of <see cref="OpenAmp.Trace.TextTraceWriter{TPlatform}"/> with a zero byte behind the
/// newest; this writer is smaller, because the linker vouches for the buffer. Nothing blocks and nobody is told.
/// </remarks>
public static unsafe class FirmwareTrace
{
    private static int s_position;

    /// <summary>Writes text over the oldest text.</summary>
    /// <param name="text">UTF-8, with newlines and without zero bytes.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Write(ReadOnlySpan<byte> text)
    {
        foreach (byte value in text)
        {
            Put(value);
        }
    }

    /// <summary>Writes a number as hexadecimal digits, as many as an address has, and a character behind it.</summary>
    /// <param name="value">The number.</param>
    /// <param name="ending">The character.</param>
    public static void WriteHex(nuint value, byte ending)
    {
        for (int shift = (8 * sizeof(nuint)) - 4; shift >= 0; shift -= 4)
        {
            uint digit = (uint)(value >> shift) & 0xf;
            Put((byte)(digit + (digit < 10 ? '0' : 'a' - 10)));
        }

        Put(ending);
    }

    // CACHE: the boards keep the image's memory coherent with the host, or uncached.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Put(byte value)
    {
        // SAFETY: the position is always below the buffer's last byte, which stays zero.
        ImageLayout* image = Processor.Image();
        var target = (Register8*)image->TraceStart + s_position;

        // The ending first, so that a reader never runs from the newest byte into the oldest.
        target[1].Write(0);
        target->Write(value);
        s_position = target + 2 == (Register8*)image->TraceEnd ? 0 : s_position + 1;
    }
}
