// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware.Boards;

/// <summary>AMD ZynqMP ZCU102: one Cortex-R5F. It looks at its doorbell instead of sleeping, because the emulator has
/// no interrupt controller for it.</summary>
public struct ZcuR5 : IBoard
{
    // QEMU's clock for the counter; 100 MHz on the board, where a tick is a third longer.
    private const uint CounterHertz = 133_000_000 >> 16;

    private static uint s_period;
    private static uint s_last;

    /// <inheritdoc/>
    public static nuint PoolStart => 0x60_0000;

    /// <inheritdoc/>
    public static nuint PoolBytes => 0xa0_0000;

    /// <inheritdoc/>
    public static uint Ticks => Wakeup.Ticks;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> RegisterNames => CortexA.RegisterNames32;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> CauseNames => CortexA.CauseNames32;

    private static CadenceUart Uart => new(0xff00_0000);

    private static TripleTimer Timer => new(0xff11_0000);

    /// <inheritdoc/>
    public static void Start() => Uart.Start();

    /// <inheritdoc/>
    public static void Ring(byte value) => Uart.Write(value);

    /// <inheritdoc/>
    public static int OnInterrupt() => 0;

    /// <inheritdoc/>
    public static void Sleep()
    {
        Uart.Drain();
        if (s_period != 0 && (ushort)(Timer.Read() - s_last) >= s_period)
        {
            s_last += s_period;
            Wakeup.Tick();
        }
    }

    /// <inheritdoc/>
    public static void StartTick(uint milliseconds)
    {
        // A 16-bit counter goes round in 32 seconds.
        s_period = milliseconds * CounterHertz / 1000;
        Timer.Start();
        s_last = Timer.Read();
    }

    /// <inheritdoc/>
    public static void FullFence() => Interlocked.MemoryBarrier();
}
