// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <summary>What a firmware's ELF says about addresses.</summary>
internal sealed class FirmwareSymbols
{
    /// <summary>The longest file whose symbols are read, in bytes.</summary>
    private const long MaxFileBytes = 256 << 20;

    private readonly ElfSymbols? _symbols;
    private readonly byte[] _lines;
    private readonly byte[] _lineTexts;
    private readonly bool _isArm;

    private FirmwareSymbols(ElfImage? elf, ElfSymbols? symbols, byte[] file)
    {
        _symbols = symbols;
        _isArm = elf?.Header.Machine == ElfMachine.Arm;
        _lines = SectionOf(elf, ".debug_line", file);
        _lineTexts = SectionOf(elf, ".debug_line_str", file);
        PanicRecordAddress = symbols is not null && symbols.TryFind(PanicRecord.SymbolName, out ElfSymbol record)
            ? record.Address : null;
    }

    /// <summary>Knows nothing.</summary>
    internal static FirmwareSymbols None { get; } = new(null, null, []);

    /// <summary>Where the firmware leaves its panic record; <see langword="null"/> when it has none.</summary>
    internal ulong? PanicRecordAddress { get; }

    /// <summary>Reads the symbols of an image. One that has none, or broken ones, only makes messages poorer.</summary>
    internal static async ValueTask<FirmwareSymbols> ReadAsync(
        FirmwareImage? image, FirmwareStore? store, ILogger logger, CancellationToken cancellationToken)
    {
        if (image?.Elf is not { } elf || store is null || store.LengthBytes > MaxFileBytes)
        {
            return None;
        }

        try
        {
            byte[] file = new byte[store.LengthBytes];
            await store.ReadAsync(0, file, cancellationToken).ConfigureAwait(false);
            return new(elf, ElfSymbols.Parse(elf, file), file);
        }
        catch (Exception error) when (error is ElfException or FirmwareException or ArgumentException)
        {
            Log.NoSymbols(logger, store.Name, error);
            return None;
        }
    }

    /// <summary>An address with the name of what lies there, and its line when that is known.</summary>
    internal string Describe(ulong address)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string text = string.Create(culture, $"0x{address:x8}");
        if (_symbols is not null && _symbols.TryFindNearest(address, out ElfSymbolMatch match) && match.IsInside)
        {
            text += string.Create(culture, $" in {match.Symbol.Name}+0x{match.OffsetBytes:x}");
        }

        ulong code = _isArm ? address & ~1UL : address;
        return SourceLines.TryFind(_lines, _lineTexts, code) is { } line ? $"{text} ({line})" : text;
    }

    private static byte[] SectionOf(ElfImage? elf, string name, byte[] file)
        => elf is not null && elf.TryFindSection(name, out ElfSection section)
            && section.FileRange.OffsetBytes + section.FileRange.LengthBytes <= (ulong)file.Length
            ? section.FileRange.Slice(file).ToArray() : [];
}
