// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware.Boards;

/// <summary>QEMU's virt machine with a Cortex-A53.</summary>
public struct VirtA53 : IBoard
{
    private const uint UartInterrupt = 33;

    /// <inheritdoc/>
    public static nuint PoolStart => 0x4100_0000;

    /// <inheritdoc/>
    public static nuint PoolBytes => 0x100_0000;

    /// <inheritdoc/>
    public static uint Ticks => Wakeup.Ticks;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> RegisterNames => CortexA.RegisterNames64;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> CauseNames => CortexA.CauseNames64;

    private static GicV2 Gic => new(0x0800_0000, 0x0801_0000);

    private static Pl011 Uart => new(0x0900_0000);

    /// <inheritdoc/>
    public static void Start() => CortexA.Start(Gic, Uart, UartInterrupt);

    /// <inheritdoc/>
    public static void Ring(byte value) => Uart.Write(value);

    /// <inheritdoc/>
    public static int OnInterrupt() => CortexA.OnInterrupt(Gic, Uart, UartInterrupt);

    /// <inheritdoc/>
    public static void Sleep() => Wakeup.Sleep();

    /// <inheritdoc/>
    public static void StartTick(uint milliseconds) => GenericTimer.Start(milliseconds);

    /// <inheritdoc/>
    public static void FullFence() => Interlocked.MemoryBarrier();
}
