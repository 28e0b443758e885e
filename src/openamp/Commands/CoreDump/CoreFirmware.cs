// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Firmware;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>The firmware that ran when memory was dumped: names for addresses, and what memory is for.</summary>
internal sealed class CoreFirmware
{
    public CoreFirmware(FirmwareFile file, CoreFile core)
    {
        Path = file.Path;
        Part = file.OnlyPart;
        Table = LiveTable(core);
        IsTableLive = Table is not null;
        Table ??= Part.Table.Bytes is { } bytes && ResourceTable.TryParse(bytes.Span, out ResourceTable? table, out _)
            ? table : null;
        Uses = [.. MemoryNeed.Fixed(Part, Table)];
    }

    public string Path { get; }

    public FirmwarePart Part { get; }

    /// <summary>The resource table with the addresses that the host chose, if the dump has it; else as in the file.
    /// </summary>
    public ResourceTable? Table { get; }

    /// <summary>Whether the table is out of the dump.</summary>
    public bool IsTableLive { get; }

    /// <summary>What memory is for.</summary>
    public IReadOnlyList<MemoryUse> Uses { get; }

    /// <summary>The name of a place, by the address at which the program sees it.</summary>
    public string? NameOf(ulong address) => Part.NameOf(address);

    /// <summary>The name of code that a return address leads to: behind the first instruction of a function.</summary>
    public string? NameOfReturn(ulong word)
    {
        ulong address = Part.Elf.Header.Machine == ElfMachine.Arm ? word & ~1UL : word;
        bool isCode = Part.LoadableSegments.Any(segment => (segment.Flags & ElfSegmentFlags.Execute) != 0
            && address >= segment.VirtualAddress && address - segment.VirtualAddress < segment.MemoryBytes);
        return isCode && Part.Symbols is { } symbols
            && symbols.TryFindNearest(address, out ElfSymbolMatch match)
            && match is { IsInside: true, OffsetBytes: > 0, Symbol.Kind: ElfSymbolKind.Function or ElfSymbolKind.None }
                ? SafeText.Of(match.ToString())
                : null;
    }

    /// <summary>A symbol.</summary>
    /// <exception cref="FirmwareException">There is none of that name.</exception>
    public ElfSymbol Find(string name)
        => Part.Symbols is { } symbols
            ? symbols.TryFind(name, out ElfSymbol symbol)
                ? symbol
                : throw new FirmwareException($"'{Path}' has no symbol '{name}'; 'openamp firmware inspect --symbols' "
                    + "lists them")
            : throw new FirmwareException($"the symbols of '{Path}' cannot be read: {Part.SymbolFault}");

    /// <summary>Where memory that the program sees at an address is in the dump: there, or where its segment was
    /// loaded to.</summary>
    public ulong PlaceOf(ulong address, CoreFile core)
    {
        Span<byte> probe = stackalloc byte[1];
        if (core.Read(address, probe) == 1)
        {
            return address;
        }

        foreach (ElfSegment segment in core.HasVirtualAddresses ? [] : Part.LoadableSegments)
        {
            if (address >= segment.VirtualAddress && address - segment.VirtualAddress < segment.MemoryBytes)
            {
                return unchecked(address - segment.VirtualAddress + segment.PhysicalAddress);
            }
        }

        return address;
    }

    // The host writes addresses, notify ids and status into the table that the processor sees.
    private ResourceTable? LiveTable(CoreFile core)
    {
        if (Part.Table is not { Bytes: { } bytes, Address: { } address }
            || !ResourceTable.TryParse(bytes.Span, out ResourceTable? inFile, out _))
        {
            return null;
        }

        byte[] copy = new byte[bytes.Length];
        return core.Read(address, copy) == copy.Length
            && ResourceTable.TryParse(copy, out ResourceTable? inMemory, out _)
            && inMemory.Entries.Select(entry => entry.Kind).SequenceEqual(inFile.Entries.Select(entry => entry.Kind))
                ? inMemory
                : null;
    }
}
