// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Firmware;

/// <summary>What the bytes of a doorbell mean: each kick says "look at everything", whatever its value.</summary>
public static class Doorbell
{
    /// <summary>Board to host: the panic record is complete.</summary>
    public const byte Panic = 0xFE;

    /// <summary>Bits of a notify id that a kick carries.</summary>
    public const byte NotifyIdMask = 0x7F;
}
