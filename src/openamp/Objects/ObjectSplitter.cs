// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Tool.Objects;

/// <summary>Cuts an object file into a section for each function and datum, so that the linker can leave out what
/// nobody uses.</summary>
/// <remarks>The compiler of firmware writes all code into one section and all data into another, with the tables in
/// them that its own runtime would look at, and starts each function on a multiple of 16. It refers to everything by
/// symbols, so that a cut between two symbols breaks nothing; only debug information speaks of the sections, and is
/// translated.</remarks>
internal sealed class ObjectSplitter
{
    private const string ThunkEnding = "$thunk";

    // Bit 1 of a function pointer has a meaning in compiled C# (it marks one with a dictionary of types behind it), so
    // that no function may start at an odd halfword.
    private const ulong CodeAlignment = 4;

    // For a runtime that unwinds and looks its program up: there is none.
    private static readonly string[] UselessSections =
        [".ARM.exidx", ".ARM.extab", ".eh_frame", ".dotnet_eh_table", "__modules", ".debug_aranges", ".text.thunks"];

    private readonly ObjectFile _file;
    private readonly Dictionary<ObjectSection, ObjectPiece[]> _piecesOf = [];

    private ObjectSplitter(ObjectFile file) => _file = file;

    /// <summary>Cuts a file.</summary>
    /// <returns>Its pieces, code and data.</returns>
    public static IReadOnlyList<ObjectPiece> Split(ObjectFile file, LineTable? lines, bool shortenCalls)
    {
        var splitter = new ObjectSplitter(file);
        splitter.CallDirectly();
        splitter.Drop(UselessSections);
        foreach (ObjectSection section in file.Sections.Where(IsDivisible).ToArray())
        {
            if (section.IsCode)
            {
                CodeReferences.Recover(file, section);
            }

            splitter.Cut(section);
        }

        splitter.MoveSymbols();
        splitter.MoveRelocations();
        ObjectPiece[] pieces = [.. splitter._piecesOf.Values.SelectMany(pieces => pieces)];
        if (shortenCalls && file.IsThumb)
        {
            ThumbCalls.Shorten(file, pieces);
        }

        splitter.TranslateDebugInformation(pieces);
        lines?.Rewrite(pieces);
        return pieces;
    }

    private static bool IsDivisible(ObjectSection section)
        => section.IsAllocated && section.Type is ObjectSection.ProgramBits or ObjectSection.NoBits
            && section.SizeBytes > 0;

    /// <summary>References to a symbol of another file go through a jump in this one; the linker can do without.
    /// </summary>
    private void CallDirectly()
    {
        Dictionary<string, ObjectSymbol> undefined = _file.Symbols.Where(symbol => symbol.IsUndefined)
            .ToDictionary(symbol => symbol.Name);
        foreach (ObjectRelocation relocation in _file.Sections.SelectMany(section => section.Relocations))
        {
            string name = relocation.Symbol.Name;
            if (name.EndsWith(ThunkEnding, StringComparison.Ordinal)
                && undefined.TryGetValue(name[..^ThunkEnding.Length], out ObjectSymbol? symbol))
            {
                relocation.Symbol = symbol;
            }
        }
    }

    private void Drop(string[] names)
    {
        // Written anew when all is cut.
        _file.Sections.Find(section => section.Name == ".debug_ranges")?.Relocations.Clear();
        HashSet<ObjectSection> dropped = [.. _file.Sections.Where(
            section => names.Any(name => section.Name.StartsWith(name, StringComparison.Ordinal)))];
        _ = _file.Sections.RemoveAll(dropped.Contains);
        _ = _file.Symbols.RemoveAll(symbol => symbol.Section is { } section && dropped.Contains(section));

        // Of the rest, what only the dropped sections spoke of.
        HashSet<ObjectSymbol> used = [.. _file.Sections.SelectMany(section => section.Relocations)
            .Select(relocation => relocation.Symbol)];
        _ = _file.Symbols.RemoveAll(symbol => !used.Contains(symbol)
            && (symbol.IsUndefined || symbol.Name.StartsWith("_fram", StringComparison.Ordinal)
                || symbol.Name.StartsWith('$')));
        ObjectSymbol? lost = used.FirstOrDefault(
            symbol => symbol.Section is { } section && dropped.Contains(section));
        if (lost is not null)
        {
            throw new IOException(
                $"Expected nothing but unwinding to refer to {lost.Section!.Name}, found a reference to {lost.Name}");
        }
    }

    private void Cut(ObjectSection section)
    {
        ObjectSymbol[] symbols = [.. _file.Symbols
            .Where(symbol => symbol.Section == section && !symbol.IsSection)
            .OrderBy(symbol => symbol.Offset(_file.IsThumb))
            .ThenByDescending(symbol => symbol.SizeBytes)];
        ulong[] cuts = [.. symbols.Select(symbol => symbol.Offset(_file.IsThumb)).Append(0ul).Distinct().Order()];
        var pieces = new List<ObjectPiece>();
        for (int i = 0; i < cuts.Length; i++)
        {
            ulong end = i + 1 < cuts.Length ? cuts[i + 1] : section.SizeBytes;
            ObjectSymbol? symbol = Array.Find(symbols, symbol => symbol.Offset(_file.IsThumb) == cuts[i]);
            if (symbol is { IsFunction: true, SizeBytes: > 0 })
            {
                end = ulong.Min(end, cuts[i] + symbol.SizeBytes);
            }

            if (end > cuts[i] || symbol is not null)
            {
                pieces.Add(new(section, cuts[i], end, Piece(section, symbol?.Name ?? "start", cuts[i], end)));
            }
        }

        _piecesOf[section] = [.. pieces];
        int at = _file.Sections.IndexOf(section);
        _file.Sections.RemoveAt(at);
        _file.Sections.InsertRange(at, pieces.Select(piece => piece.Section));
        _file.Symbols.AddRange(pieces.Select(piece => piece.Symbol));
        if (section.IsCode && _file.IsThumb)
        {
            _file.Symbols.AddRange(pieces.Select(piece => new ObjectSymbol { Name = "$t", Section = piece.Section }));
        }
    }

    private static ObjectSection Piece(ObjectSection section, string name, ulong start, ulong end)
    {
        // An address that is a multiple of 8 may be so by chance, but not less aligned than it needs to be.
        ulong alignment = start == 0 ? section.Alignment : ulong.Min(section.Alignment, start & (~start + 1));
        bool hasBytes = section.Type != ObjectSection.NoBits;
        return new()
        {
            Name = (section.IsCode ? ".text" : section.Name) + "." + name,
            Type = section.Type,
            Flags = section.Flags,
            Alignment = section.IsCode ? CodeAlignment : alignment,
            EntrySize = 0,
            Bytes = hasBytes ? section.Bytes[(int)start..(int)end] : [],
            SizeBytes = end - start,
        };
    }

    private ObjectPiece Find(ObjectSection section, ulong offset)
        => Array.FindLast(_piecesOf[section], piece => piece.Start <= offset)!;

    private void MoveSymbols()
    {
        _ = _file.Symbols.RemoveAll(
            symbol => symbol.IsSection && symbol.Section is { } section && _piecesOf.ContainsKey(section)
                && !IsReferenced(symbol));
        foreach (ObjectSymbol symbol in _file.Symbols)
        {
            if (!symbol.IsSection && symbol.Section is { } section && _piecesOf.ContainsKey(section))
            {
                ObjectPiece piece = Find(section, symbol.Offset(_file.IsThumb));
                symbol.Value -= piece.Start;
                symbol.Section = piece.Section;
            }
        }
    }

    private bool IsReferenced(ObjectSymbol symbol)
        => _file.Sections.Concat(_piecesOf.Keys).Any(
            section => section.Relocations.Exists(relocation => relocation.Symbol == symbol));

    private void MoveRelocations()
    {
        foreach ((ObjectSection section, ObjectPiece[] _) in _piecesOf)
        {
            foreach (ObjectRelocation relocation in section.Relocations)
            {
                if (relocation.Symbol.IsSection)
                {
                    throw new IOException(
                        $"Expected {section.Name} to refer to symbols, found a reference to a section");
                }

                ObjectPiece piece = Find(section, relocation.Offset);
                relocation.Offset -= piece.Start;
                piece.Section.Relocations.Add(relocation);
            }
        }
    }

    private void TranslateDebugInformation(ObjectPiece[] pieces)
    {
        foreach (ObjectSection section in _file.Sections.Where(
            section => section.Name.StartsWith(".debug_", StringComparison.Ordinal) && section.Name != ".debug_line"))
        {
            if (section.Name == ".debug_ranges")
            {
                WriteRanges(section, pieces);
                continue;
            }

            ulong previousEnd = ulong.MaxValue;
            ObjectPiece? previous = null;
            foreach (ObjectRelocation relocation in section.Relocations)
            {
                if (relocation.Symbol.Section is not { } target || !_piecesOf.ContainsKey(target))
                {
                    continue;
                }

                // The second of two neighbours in a list of places is an end, which belongs to what it ends.
                // The compiler marks Thumb code by odd addresses here too, which are none for a debugger.
                ulong old = ReadAddend(section, relocation);
                old = _file.IsThumb && target.IsCode ? old & ~1ul : old;
                bool isEnd = section.Name == ".debug_loc" && relocation.Offset == previousEnd && previous is not null
                    && old <= previous.End;
                ObjectPiece piece = isEnd ? previous! : Find(target, old);
                relocation.Symbol = piece.Symbol;
                WriteAddend(section, relocation, piece.Map(old));
                if (piece.Moves is not null && old == piece.Start && section.Name == ".debug_info")
                {
                    ShortenFunction(section, piece, (int)relocation.Offset + sizeof(uint));
                }

                previous = isEnd ? null : piece;
                previousEnd = relocation.Offset + (_file.Is64 ? 8u : 4u);
            }
        }

        _ = _file.Symbols.RemoveAll(
            symbol => symbol.IsSection && symbol.Section is { } section && _piecesOf.ContainsKey(section));
    }

    /// <summary>Behind a function's address stands its length (DW_AT_high_pc).</summary>
    private static void ShortenFunction(ObjectSection section, ObjectPiece piece, int at)
    {
        Span<byte> place = section.Bytes.AsSpan(at);
        if (place.Length >= sizeof(uint)
            && BinaryPrimitives.ReadUInt32LittleEndian(place) == piece.End - piece.Start)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)piece.Section.SizeBytes);
        }
    }

    /// <summary>What the program consists of, for debuggers: every function by itself.</summary>
    private void WriteRanges(ObjectSection section, ObjectPiece[] pieces)
    {
        ObjectPiece[] code = [.. pieces.Where(piece => piece.Section.IsCode && piece.Section.SizeBytes > 0)];
        int size = _file.Is64 ? 8 : 4;
        section.Bytes = new byte[(code.Length + 1) * 2 * size];
        section.SizeBytes = (ulong)section.Bytes.Length;
        section.Relocations.Clear();
        for (int i = 0; i < code.Length; i++)
        {
            for (int side = 0; side < 2; side++)
            {
                var relocation = new ObjectRelocation
                {
                    Offset = (ulong)(((i * 2) + side) * size),
                    Type = _file.Is64 ? ObjectRelocation.Arm64Abs64 : ObjectRelocation.ArmAbs32,
                    Symbol = code[i].Symbol,
                };
                section.Relocations.Add(relocation);
                WriteAddend(section, relocation, side == 0 ? 0 : code[i].Section.SizeBytes);
            }
        }
    }

    private ulong ReadAddend(ObjectSection section, ObjectRelocation relocation) => _file.Is64
        ? (ulong)relocation.Addend + relocation.Symbol.Value
        : BinaryPrimitives.ReadUInt32LittleEndian(section.Bytes.AsSpan((int)relocation.Offset))
            + relocation.Symbol.Offset(_file.IsThumb);

    private void WriteAddend(ObjectSection section, ObjectRelocation relocation, ulong value)
    {
        if (_file.Is64)
        {
            relocation.Addend = (long)value;
            return;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(section.Bytes.AsSpan((int)relocation.Offset), (uint)value);
    }
}
