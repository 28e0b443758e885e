// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>What the header of a core dump says about the processor.</summary>
public sealed record ElfCoreOptions
{
    /// <summary>The width of addresses and offsets (default: 32 bits). One of 32 bits holds less than 4 GiB.</summary>
    public ElfClass Class { get; init; } = ElfClass.Elf32;

    /// <summary>The byte order of the headers (default: little endian).</summary>
    public ElfByteOrder ByteOrder { get; init; } = ElfByteOrder.LittleEndian;

    /// <summary>The processor (default: none named).</summary>
    public ElfMachine Machine { get; init; }

    /// <summary>The address at which the firmware started (default: 0).</summary>
    public ulong EntryPoint { get; init; }

    /// <summary>Flags that the processor's ABI defines (default: 0).</summary>
    public uint Flags { get; init; }
}
