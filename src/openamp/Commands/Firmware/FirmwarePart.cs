// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>An ELF file: a whole file, or an image inside signed firmware.</summary>
internal sealed class FirmwarePart
{
    private readonly Lazy<(ElfSymbols? Symbols, string? Fault)> _symbols;

    private FirmwarePart(int offsetBytes, ReadOnlyMemory<byte> bytes, ElfImage elf, TableFinding table)
    {
        OffsetBytes = offsetBytes;
        Bytes = bytes;
        Elf = elf;
        Table = table;
        _symbols = new(ReadSymbols);
    }

    /// <summary>Where it begins in the file, in bytes.</summary>
    public int OffsetBytes { get; }

    /// <summary>All of it.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Its headers.</summary>
    public ElfImage Elf { get; }

    /// <summary>Its resource table, or why there is none.</summary>
    public TableFinding Table { get; }

    /// <summary>What is loaded.</summary>
    public IEnumerable<ElfSegment> LoadableSegments => Elf.Segments.Where(segment => segment.IsLoadable);

    /// <summary>Its symbols; <see langword="null"/> when they are malformed.</summary>
    public ElfSymbols? Symbols => _symbols.Value.Symbols;

    /// <summary>Why there are no symbols, when they are malformed.</summary>
    public string? SymbolFault => _symbols.Value.Fault;

    /// <summary>Reads the headers and finds the table.</summary>
    /// <exception cref="ElfException">The headers are malformed.</exception>
    public static async ValueTask<FirmwarePart> ReadAsync(
        string path, int offsetBytes, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var elf = ElfImage.Parse(bytes.Span);
        TableFinding table = await TableFinding.FindAsync(path, bytes, elf, cancellationToken).ConfigureAwait(false);
        return new FirmwarePart(offsetBytes, bytes, elf, table);
    }

    /// <summary>The name of a place that is known: "main+0x12".</summary>
    public string? NameOf(ulong address)
        => Symbols is { } symbols && symbols.TryFindNearest(address, out ElfSymbolMatch match) && match.IsInside
            ? Output.SafeText.Of(match.ToString())
            : null;

    /// <summary>The name of code, whose address may have the bit that says Thumb.</summary>
    public string? NameOfCode(ulong address)
        => NameOf(Elf.Header.Machine == ElfMachine.Arm ? address & ~1UL : address);

    private (ElfSymbols? Symbols, string? Fault) ReadSymbols()
        => ElfSymbols.TryParse(Elf, Bytes.Span, out ElfSymbols? symbols, out ElfFault fault)
            ? (symbols, null)
            : (null, fault.ToString());
}
