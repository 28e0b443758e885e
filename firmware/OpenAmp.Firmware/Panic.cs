// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;

namespace OpenAmp.Firmware;

/// <summary>Ends the firmware and tells the host why.</summary>
/// <remarks>All registers go into the panic record, a readable text into the trace, and a byte through the doorbell.
/// </remarks>
public static unsafe class Panic
{
    private static byte* s_text;
    private static int s_textBytes;

    /// <summary>Ends the firmware by its own decision.</summary>
    /// <param name="text">Why, in UTF-8; a constant.</param>
    [DoesNotReturn]
    public static void With(ReadOnlySpan<byte> text)
    {
        // SAFETY: constants do not move, and of anything else the stack of who called this stays as it is.
        fixed (byte* start = text)
        {
            s_text = start;
        }

        s_textBytes = text.Length;
        Because(PanicCause.Application);
    }

    /// <summary>Ends the firmware.</summary>
    /// <param name="cause">Why.</param>
    [DoesNotReturn]
    public static void Because(PanicCause cause)
    {
        while (true)
        {
            Processor.Trap(cause);
        }
    }

    // SAFETY: as in With.
    internal static ReadOnlySpan<byte> Text => new(s_text, s_textBytes);
}
