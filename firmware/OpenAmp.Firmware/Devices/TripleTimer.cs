// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware.Devices;

/// <summary>The first counter of a Cadence triple timer counter (TTC), read and never waited for.</summary>
/// <param name="address">Address of its first register.</param>
public readonly unsafe struct TripleTimer(nuint address)
{
    // Input divided by 2^16, prescaler on.
    private const uint SlowestClock = 0x1f;

    // Restart, run in overflow mode.
    private const uint Run = 0x10;

    // SAFETY of these: the registers are where a board's author says they are (UG1087, TTC module).
    private Register32* ClockControl => Register32.At(address);

    private Register32* CounterControl => Register32.At(address + 0xc);

    private Register32* CounterValue => Register32.At(address + 0x18);

    /// <summary>Lets it count its clock divided by 65536.</summary>
    public void Start()
    {
        ClockControl->Write(SlowestClock);
        CounterControl->Write(Run);
    }

    /// <summary>The count, modulo 2^16 or 2^32 as the counter is wide.</summary>
    /// <returns>The count.</returns>
    public uint Read() => CounterValue->Read();
}
