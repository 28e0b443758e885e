// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Firmware.Devices;

namespace OpenAmp.Firmware.Peers;

/// <summary>The second of two AN386 boards that share their 16 MiB of PSRAM: its UART 0 is connected to this board's
/// UART 1.</summary>
/// <remarks>Its firmware is linked by firmware/boards/mps2-an386-second, which puts the table where this type says.
/// </remarks>
public struct SecondMpsAn386 : IPeer
{
    private const int UartInterrupt = 2;

    private static volatile bool s_hasPanicked;

    /// <inheritdoc/>
    public static nuint TableAddress => 0x213f_f000;

    /// <inheritdoc/>
    public static nuint PoolStart => 0x21e0_0000;

    /// <inheritdoc/>
    public static nuint PoolBytes => 0x20_0000;

    /// <inheritdoc/>
    public static bool HasPanicked => s_hasPanicked;

    private static CmsdkUart Uart => new(0x4000_5000);

    /// <inheritdoc/>
    public static void Start()
    {
        Uart.Start();
        Nvic.Enable(UartInterrupt);
    }

    /// <inheritdoc/>
    public static void Ring(byte value) => Uart.Write(value);

    /// <inheritdoc/>
    public static bool TryInterrupt(int number)
    {
        if (number != UartInterrupt)
        {
            return false;
        }

        if (Uart.DrainAndFind(Doorbell.Panic))
        {
            s_hasPanicked = true;
        }

        Wakeup.Wake();
        return true;
    }

    /// <inheritdoc/>
    public static void Forgive() => s_hasPanicked = false;
}
