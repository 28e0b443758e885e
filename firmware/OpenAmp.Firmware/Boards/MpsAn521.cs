// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware.Boards;

/// <summary>Arm MPS2 with two Cortex-M33, of which the first is used, in the secure state: application note AN521.
/// </summary>
public struct MpsAn521 : IBoard
{
    private const uint CyclesPerMillisecond = 20_000;
    private const uint UartInterrupt = 32;

    /// <inheritdoc/>
    public static nuint PoolStart => 0x8060_0000;

    /// <inheritdoc/>
    public static nuint PoolBytes => 0xa0_0000;

    /// <inheritdoc/>
    public static uint Ticks => Wakeup.Ticks;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> RegisterNames => CortexM.RegisterNames;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> CauseNames => CortexM.CauseNames;

    private static CmsdkUart Uart => new(0x5020_0000);

    /// <inheritdoc/>
    public static void Start() => CortexM.Start(Uart, UartInterrupt);

    /// <inheritdoc/>
    public static void Ring(byte value) => Uart.Write(value);

    /// <inheritdoc/>
    public static int OnInterrupt() => CortexM.OnInterrupt(Uart, UartInterrupt);

    /// <inheritdoc/>
    public static void Sleep() => Wakeup.Sleep();

    /// <inheritdoc/>
    public static void StartTick(uint milliseconds) => Nvic.StartTick(milliseconds * CyclesPerMillisecond);

    /// <inheritdoc/>
    public static void FullFence() => Interlocked.MemoryBarrier();
}
