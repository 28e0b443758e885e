// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Elf;

namespace OpenAmp.Remoteproc;

/// <summary>What a processor accepts as firmware.</summary>
public sealed record FirmwareRequirements
{
    /// <summary>What an ELF must be: class, byte order, machine, type. Anything by default.</summary>
    public ElfImageRequirements Elf { get; init; } = new();

    /// <summary>The longest image, in bytes; 1 GiB by default.</summary>
    public long MaxImageBytes { get; init; } = 1L << 30;

    /// <summary>The longest resource table, in bytes; 64 KiB by default.</summary>
    public int MaxTableBytes { get; init; } = 64 << 10;
}
