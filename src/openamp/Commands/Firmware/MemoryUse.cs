// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>Memory of a remote processor, and what it is for.</summary>
/// <param name="Address">Device address of its first byte.</param>
/// <param name="LengthBytes">Length in bytes.</param>
/// <param name="Name">What it is for: "carveout 'vdev0buffer'".</param>
internal readonly record struct MemoryUse(ulong Address, ulong LengthBytes, string Name)
{
    /// <summary>Whether any byte of it lies in another piece of memory.</summary>
    public bool Overlaps(ulong address, ulong lengthBytes)
        => LengthBytes > 0 && lengthBytes > 0
            && (address >= Address ? address - Address < LengthBytes : Address - address < lengthBytes);
}
