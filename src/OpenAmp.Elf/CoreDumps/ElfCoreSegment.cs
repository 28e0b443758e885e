// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>A piece of a processor's memory in a core dump.</summary>
/// <param name="Address">The device address of its first byte.</param>
/// <param name="LengthBytes">How many bytes it has.</param>
public readonly record struct ElfCoreSegment(ulong Address, ulong LengthBytes);
