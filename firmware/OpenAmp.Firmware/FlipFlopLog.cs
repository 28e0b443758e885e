// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Trace;

namespace OpenAmp.Firmware;

/// <summary>The image's flip-flop trace: text that the host follows without losing a byte unnoticed, beside what
/// <see cref="FirmwareTrace"/> keeps for panics.</summary>
/// <remarks>
/// <para>The project sets FirmwareLogBytes, and its resource table, of version 2, has an entry of the method FlipFlop
/// at <c>__log_start</c> with <c>__log_bytes_used</c>. A firmware that does not use this pays nothing for it.</para>
/// <para>One thread: not from interrupts.</para>
/// </remarks>
/// <typeparam name="TBoard">The board.</typeparam>
public static unsafe class FlipFlopLog<TBoard>
    where TBoard : struct, IBoard
{
    private static FlipFlopTraceWriter<ImagePlatform<TBoard>> s_writer;

    /// <summary>Lines that found no room, because the host had not read those before, modulo 2^32.</summary>
    public static uint LostLines => s_writer.LostLines;

    /// <summary>How often the host's count of what it read was one that cannot be, modulo 2^32.</summary>
    public static uint HostFaults => s_writer.HostFaults;

    /// <summary>Sets the buffer up, and reads the resource table as version 2 from then on: the firmware's
    /// <see cref="IFirmware{TSelf, TBoard}.Prepare"/> calls it. Panics when the buffer is too short.</summary>
    public static void Start()
    {
        VdevRegisters.UseVersion2();
        WideImageLayout* image = Processor.WideImage();

        // Any ring makes the host look at every trace: the number does not matter.
        if (!FlipFlopTrace.TryCreateWriter(
            default(ImagePlatform<TBoard>),
            new DeviceAddress((ulong)(nuint)image->LogStart),
            (uint)(image->LogEnd - image->LogStart),
            notifyId: 0,
            out s_writer))
        {
            Panic.With("FirmwareLogBytes is too small for a flip-flop trace"u8);
        }
    }

    /// <summary>Writes text. Rings when a half of the buffer is full; never waits.</summary>
    /// <param name="text">UTF-8, with newlines.</param>
    /// <returns>False when the host has not read enough: the text is lost then, and counted.</returns>
    public static bool Write(ReadOnlySpan<byte> text) => s_writer.Write(text);

    /// <summary>Rings for what was written since the last ring.</summary>
    public static void Flush() => s_writer.Flush();
}
