// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>The memory that a firmware's process shares with its host.</summary>
/// <param name="Descriptor">What to map, from its first byte.</param>
/// <param name="Address">Device address of the first byte.</param>
/// <param name="LengthBytes">Length in bytes.</param>
/// <param name="PhysicalAddress">Physical address of the first byte.</param>
internal readonly record struct ProcessorMemory(
    int Descriptor,
    ulong Address,
    ulong LengthBytes,
    ulong PhysicalAddress);
