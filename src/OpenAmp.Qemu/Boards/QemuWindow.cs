// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Qemu;

/// <summary>A range of a board's addresses.</summary>
/// <param name="Address">The first byte, as the board's processor sees it.</param>
/// <param name="LengthBytes">How many bytes it has.</param>
public readonly record struct QemuWindow(DeviceAddress Address, ulong LengthBytes)
{
    /// <summary>Whether another window lies in this one.</summary>
    /// <param name="other">The other.</param>
    /// <returns><see langword="false"/> when any byte of it lies outside.</returns>
    public bool Contains(QemuWindow other)
        => other.Address.Value >= Address.Value && other.LengthBytes <= LengthBytes
            && other.Address.Value - Address.Value <= LengthBytes - other.LengthBytes;

    /// <inheritdoc/>
    public override string ToString()
        => FormattableString.Invariant($"[0x{Address.Value:x8}, 0x{unchecked(Address.Value + LengthBytes):x8})");
}
