// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>Puts what a firmware file is into a report.</summary>
internal sealed class FirmwareInspection(FirmwareFile file, bool allSections, bool withSymbols)
{
    private const int MaxShownTlvBytes = 64;

    // What loaders, debuggers and people look for first.
    private static readonly string[] TellingSections =
        [ElfFirmwareFormat.ResourceTableSection, ".isr_vector", ".vectors", ".vector_table", ".version"];

    /// <summary>Reports the file. A fault in its table or its symbols is in the report, beside what is right.</summary>
    public FirmwareReport Report(string command)
    {
        ElfReport[] images = [.. file.Parts.Select(Report)];
        TableReport? table = file.Kind is FirmwareFileKind.Table or FirmwareFileKind.Document
            ? TableReading.Report(file.TableBytes()) : null;
        string? fault = images.Select(image => image.ResourceTable?.Fault).Append(table?.Fault)
            .Concat(withSymbols ? file.Parts.Select(part => part.SymbolFault) : [])
            .FirstOrDefault(text => text is not null);
        return new()
        {
            Command = command,
            File = file.Path,
            FileBytes = file.Bytes.Length,
            Format = file.Kind switch
            {
                FirmwareFileKind.Elf => "ELF",
                FirmwareFileKind.Signed => "signed firmware",
                FirmwareFileKind.Table => "resource table",
                _ => "resource table document",
            },
            Signature = file.Signed is { } signed ? Report(signed) : null,
            Images = images,
            ResourceTable = table,
            Result = new RunOutcome(fault is null ? RunResult.Ok : RunResult.Failed).Word,
            Error = fault,
        };
    }

    private ElfReport Report(FirmwarePart part)
    {
        ElfHeader header = part.Elf.Header;
        return new()
        {
            Offset = Quantity.Hex((ulong)part.OffsetBytes),
            LengthBytes = part.Bytes.Length,
            Class = ElfWord.Class(header.Class),
            ByteOrder = ElfWord.ByteOrder(header.ByteOrder),
            Machine = ElfWord.Machine(header.Machine),
            Type = ElfWord.Type(header.Type),
            EntryPoint = Quantity.Hex(header.EntryPoint),
            EntrySymbol = part.NameOfCode(header.EntryPoint),
            Segments = [.. part.Elf.Segments.Select(Report)],
            SectionCount = part.Elf.Sections.Length,
            Sections = [.. part.Elf.Sections.Where(IsShown).Select(Report)],
            Symbols = withSymbols ? [.. SymbolsOf(part)] : null,
            ResourceTable = TableReading.Report(part.Table, part.OffsetBytes),
            Memory = MemoryNeed.Of(part),
        };
    }

    private bool IsShown(ElfSection section) => allSections || section.Type == ElfSectionType.Note
        || TellingSections.Contains(section.Name);

    private static SegmentReport Report(ElfSegment segment) => new(
        segment.Index,
        ElfWord.SegmentType(segment.Type),
        Quantity.Hex(segment.PhysicalAddress),
        Quantity.Hex(segment.VirtualAddress),
        Quantity.Hex(segment.OffsetBytes),
        segment.FileBytes,
        segment.MemoryBytes,
        ElfWord.Flags(segment.Flags),
        segment.AlignmentBytes);

    private static SectionReport Report(ElfSection section) => new(
        section.Index,
        SafeText.Of(section.Name),
        ElfWord.SectionType(section.Type),
        Quantity.Hex(section.Address),
        Quantity.Hex(section.OffsetBytes),
        section.SizeBytes,
        ElfWord.Flags(section.Flags));

    private static IEnumerable<SymbolReport> SymbolsOf(FirmwarePart part)
    {
        ElfSymbols? symbols = part.Symbols;
        return Enumerable.Range(0, symbols?.Count ?? 0)
            .Select(index => symbols![index])
            .Where(symbol => symbol.Kind is ElfSymbolKind.Function or ElfSymbolKind.Object && symbol.SectionIndex != 0)
            .OrderBy(symbol => symbol.Address)
            .Select(symbol => new SymbolReport(
                SafeText.Of(symbol.Name),
                Quantity.Hex(symbol.Address),
                symbol.SizeBytes,
                symbol.Kind == ElfSymbolKind.Function ? "function" : "variable"));
    }

    private static SignatureReport Report(SignedFirmware signed) => new(
        signed.SignatureType switch
        {
            FirmwareSignatureType.RsaPkcs1Sha256 => "RSA PKCS#1 v1.5 SHA-256",
            FirmwareSignatureType.EcdsaP256Sha256 => "ECDSA P-256 SHA-256",
            _ => Quantity.Hex((ulong)signed.SignatureType),
        },
        signed.HashType == FirmwareHashType.Sha256 ? "SHA-256" : Quantity.Hex((ulong)signed.HashType),
        signed.Signature.Length,
        Convert.ToHexStringLower(signed.GetContentDigest()),
        signed.HashTable.Count,
        signed.ImageDigests.Count > 0,
        [.. signed.Tlvs.Select(Report)]);

    private static TlvReport Report(FirmwareTlv tlv)
    {
        ReadOnlySpan<byte> value = tlv.Value.Span;
        bool isLong = value.Length > MaxShownTlvBytes;
        return new(
            tlv.Name,
            Quantity.Hex((ulong)tlv.OffsetBytes),
            value.Length,
            Convert.ToHexStringLower(isLong ? value[..MaxShownTlvBytes] : value) + (isLong ? "..." : ""));
    }
}
