// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using OpenAmp.Elf;
using static OpenAmp.Fuzz.Tests.InvariantException;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Everything that reads or edits an ELF file that lies in memory.</summary>
/// <remarks>
/// <para>For every input: nothing throws but <see cref="ElfException"/> where it is documented. Each fault has a rule,
/// a text, and an offset within the file or at its end. The parser that is fed piece by piece asks only for bytes that
/// the file has, a bounded number at once, and comes to the same result.</para>
/// <para>An edited file parses, holds the section, and has every loadable byte that it had outside the old one; the
/// same edit once more changes nothing.</para>
/// </remarks>
public static class ElfTarget
{
    private const string Table = ".resource_table";

    public static void Run(ReadOnlySpan<byte> file)
    {
        bool isParsed = ElfImage.TryParse(file, out ElfImage? image, out ElfFault fault);
        RunInPieces(file, image, fault);
        if (!isParsed)
        {
            CheckFault(fault, file.Length);
            RunEditorOnDamaged(file);
            return;
        }

        RunNotes(file, image!);
        RunSymbols(file, image!);
        RunReport(image!);
        RunEditor(file, image!);
    }

    private static void CheckFault(ElfFault fault, int fileBytes)
    {
        ThrowUnless(fault.Rule != ElfRule.None && Enum.IsDefined(fault.Rule), "a fault has a rule");
        ThrowUnless(fault.OffsetBytes <= (ulong)fileBytes, $"a fault lies in the file: {fault}");
        ThrowUnless(fault.Text.Length > 0, "a fault says what is wrong");
    }

    private static void RunInPieces(ReadOnlySpan<byte> file, ElfImage? expected, ElfFault expectedFault)
    {
        ElfParser parser = new((ulong)file.Length);
        ElfFault fault = default;
        for (int i = 0; !parser.IsComplete && fault.Rule == ElfRule.None; i++)
        {
            ElfRange needed = parser.Needed;
            ThrowUnless(needed.IsWithin((ulong)file.Length), $"the parser needs what the file has, not {needed}");
            ThrowUnless(needed.LengthBytes <= ElfParser.MaxNeededBytes, $"the parser needs a little at once: {needed}");
            ThrowUnless(i <= file.Length, "the parser comes to an end");
            _ = parser.TryFeed(file.Slice((int)needed.OffsetBytes, (int)needed.LengthBytes), out fault);
        }

        ThrowUnless(fault == expectedFault, $"pieces give the same fault: {fault}, not {expectedFault}");
        ThrowUnless(parser.IsComplete == expected is not null, "pieces give an image when the whole does");
        if (expected is not null)
        {
            ThrowUnless(parser.Image.Header == expected.Header, "pieces give the same header");
            ThrowUnless(parser.Image.Segments.SequenceEqual(expected.Segments), "pieces give the same segments");
            ThrowUnless(parser.Image.Sections.SequenceEqual(expected.Sections), "pieces give the same sections");
        }
    }

    private static void RunNotes(ReadOnlySpan<byte> file, ElfImage image)
    {
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type != ElfSegmentType.Note)
            {
                continue;
            }

            ElfNoteReader notes = new(
                segment.FileBytes == 0 ? default : segment.FileRange.Slice(file),
                image.Header.ByteOrder,
                segment.AlignmentBytes,
                segment.OffsetBytes);
            int count = 0;
            while (notes.TryRead(out ElfNote note))
            {
                ThrowUnless(note.Descriptor.Length <= file.Length, "a descriptor lies in the file");
                ThrowUnless(++count <= file.Length, "notes come to an end");
            }

            if (notes.Fault.Rule != ElfRule.None)
            {
                CheckFault(notes.Fault, file.Length);
            }
        }

        if (!OpenAmpNote.TryFind(image, file, out _, out ElfFault fault) && fault.Rule != ElfRule.None)
        {
            CheckFault(fault, file.Length);
        }
    }

    private static void RunSymbols(ReadOnlySpan<byte> file, ElfImage image)
    {
        if (!ElfSymbols.TryParse(image, file, out ElfSymbols? symbols, out ElfFault fault))
        {
            CheckFault(fault, file.Length);
            return;
        }

        ThrowUnless(symbols.Count <= file.Length, "symbols lie in the file");
        for (int i = 0; i < symbols.Count; i++)
        {
            _ = symbols.TryFind(symbols[i].Name, out _);
            if (symbols.TryFindNearest(symbols[i].Address, out ElfSymbolMatch match))
            {
                ThrowUnless(match.Symbol.Address <= symbols[i].Address, "the nearest symbol lies not behind");
            }
        }

        _ = symbols.TryFindNearest(image.Header.EntryPoint, out _);
        _ = symbols.TryFindNearest(ulong.MaxValue, out _);
    }

    private static void RunReport(ElfImage image)
    {
        ElfTextReport.Write(TextWriter.Null, image);
        _ = image.TryFindSection(Table, out _);
    }

    private static void RunEditorOnDamaged(ReadOnlySpan<byte> file)
    {
        try
        {
            ElfEditor.SetSection(file, Table, "damaged"u8);
            ThrowUnless(false, "a file that does not parse is not edited");
        }
        catch (ElfException error)
        {
            CheckFault(error.Fault, file.Length);
        }
    }

    private static void RunEditor(ReadOnlySpan<byte> file, ElfImage image)
    {
        ReadOnlySpan<byte> content = "sixteen bytes ok"u8;
        ElfEdit edit;
        try
        {
            edit = ElfEditor.SetSection(file, Table, content);
        }
        catch (ElfException error)
        {
            CheckFault(error.Fault, file.Length);
            return;
        }
        catch (ArgumentException)
        {
            bool isNames = image.TryFindSection(Table, out ElfSection names)
                && names.Index == (int)image.Header.NameTableIndex;
            ThrowUnless(isNames, "only the section of the names may not be edited");
            return;
        }

        CheckEdit(file, image, edit, content);
        ElfEdit again = ElfEditor.SetSection(edit.File.Span, Table, content);
        ThrowUnless(again.File.Span.SequenceEqual(edit.File.Span), "the same edit once more changes nothing");
    }

    private static void CheckEdit(ReadOnlySpan<byte> file, ElfImage image, ElfEdit edit, ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> edited = edit.File.Span;
        ElfImage now = ElfImage.Parse(edited);
        ThrowUnless(now.TryFindSection(Table, out ElfSection section), "an edited file has the section");
        ThrowUnless(section == edit.Section, "the section is the one that the editor names");
        ThrowUnless(
            section.FileRange.Slice(edited).SequenceEqual(content),
            "the section holds what was written");
        ImmutableArray<ElfSegment> segments = now.Segments;
        ThrowUnless(segments.SequenceEqual(image.Segments), "an edited file has the segments that it had");
        foreach (ElfSegment segment in segments)
        {
            if (segment.IsLoadable)
            {
                _ = image.TryFindSection(Table, out ElfSection old);
                CheckLoaded(file, edited, segment.FileRange, old.FileRange, image.Header);
            }
        }
    }

    // The header names where the section headers are, so it changes also where it is loaded; so do section headers.
    private static void CheckLoaded(
        ReadOnlySpan<byte> file, ReadOnlySpan<byte> edited, ElfRange loaded, ElfRange old, in ElfHeader header)
    {
        ulong headers = header.SectionHeaderCount * (ulong)header.SectionHeaderBytes;
        for (ulong at = loaded.OffsetBytes; unchecked(at - loaded.OffsetBytes) < loaded.LengthBytes; at++)
        {
            bool mayChange = at < 64
                || unchecked(at - old.OffsetBytes) < old.LengthBytes
                || unchecked(at - header.SectionHeadersOffsetBytes) < headers;
            ThrowUnless(
                mayChange || file[(int)at] == edited[(int)at], "an edited file has every loadable byte that it had");
        }
    }
}
