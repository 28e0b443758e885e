// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Objects;

/// <summary>A place in a section that waits for an address.</summary>
internal sealed class ObjectRelocation
{
    public const uint ArmAbs32 = 2;
    public const uint ArmThumbCall = 10;
    public const uint ArmThumbJump = 30;
    public const uint ArmThumbMovwPcRelative = 49;
    public const uint ArmThumbMovtPcRelative = 50;
    public const uint Arm64Abs64 = 257;

    /// <summary>Offset of the place in its section.</summary>
    public required ulong Offset { get; set; }

    public required uint Type { get; init; }

    public required ObjectSymbol Symbol { get; set; }

    /// <summary>What to add; for 32-bit Arm it stands in the place itself, and this is 0.</summary>
    public long Addend { get; set; }
}
