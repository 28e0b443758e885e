// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware.Boards;

/// <summary>Arm MPS2 with a Cortex-M7: application note AN500.</summary>
public struct MpsAn500 : IBoard
{
    private const uint CyclesPerMillisecond = 25_000;
    private const uint UartInterrupt = 0;

    /// <inheritdoc/>
    public static nuint PoolStart => 0x6060_0000;

    /// <inheritdoc/>
    public static nuint PoolBytes => 0xa0_0000;

    /// <inheritdoc/>
    public static uint Ticks => Wakeup.Ticks;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> RegisterNames => CortexM.RegisterNames;

    /// <inheritdoc/>
    public static ReadOnlySpan<byte> CauseNames => CortexM.CauseNames;

    private static CmsdkUart Uart => new(0x4000_4000);

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
    public static void FullFence()
    {
        Interlocked.MemoryBarrier();

        // QEMU leaves barriers out on a machine with one processor, although the host's processor is another. It leaves
        // out no access to a device, and each is a full fence there. On the board it costs a few cycles.
        Uart.Touch();
    }
}
