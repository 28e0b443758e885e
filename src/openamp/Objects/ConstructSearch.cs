// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Tool.Objects;

/// <summary>Finds in compiled code what firmware cannot do, and the line that does it.</summary>
internal static class ConstructSearch
{
    // Where the compiler puts what programs say; the little helpers it writes besides have no lines.
    private const string CodeSection = "__managedcode";

    /// <summary>Looks through the code of an object file, before it is cut.</summary>
    /// <returns>One line for each place, as compilers write errors: file, line, error, number, text.</returns>
    public static IEnumerable<string> Find(ObjectFile file, LineTable? lines)
    {
        foreach (ObjectSection section in file.Sections.Where(section => section.Name == CodeSection))
        {
            ObjectSymbol[] functions = [.. file.Symbols
                .Where(symbol => symbol.Section == section && symbol.IsFunction && symbol.SizeBytes > 0)
                .OrderBy(symbol => symbol.Offset(file.IsThumb))];
            foreach ((ulong offset, UnsupportedConstruct construct) in FindIn(file, section, functions)
                .DistinctBy(found => (lines?.Locate(section, found.Offset) ?? "", found.Construct.Id)))
            {
                ObjectSymbol? function = Array.FindLast(functions, symbol => symbol.Offset(file.IsThumb) <= offset);
                string place = lines?.Locate(section, offset) ?? "firmware";
                yield return $"{place}: error {construct.Id}: {construct.What}, in {function?.Name ?? "?"}; "
                    + $"{construct.Instead}.";
            }
        }
    }

    private static IEnumerable<(ulong Offset, UnsupportedConstruct Construct)> FindIn(
        ObjectFile file, ObjectSection section, ObjectSymbol[] functions)
    {
        foreach (ObjectRelocation relocation in section.Relocations)
        {
            string name = relocation.Symbol.Name;
            int ending = name.IndexOf('$', StringComparison.Ordinal);
            if (UnsupportedConstruct.Of(ending > 0 ? name[..ending] : name) is { } construct)
            {
                yield return (relocation.Offset, construct);
            }
        }

        foreach (ObjectSymbol function in functions.Where(_ => file.IsThumb))
        {
            ulong start = function.Offset(isThumb: true);
            if (FindFloatingPoint(section.Bytes.AsSpan((int)start, (int)function.SizeBytes)) is { } offset)
            {
                yield return (start + offset, UnsupportedConstruct.FloatingPoint);
            }
        }
    }

    // The first instruction of a floating-point unit (Arm v7-M, A6.2 and A6.4): those of coprocessors 10 and 11, and
    // the vector ones.
    private static ulong? FindFloatingPoint(ReadOnlySpan<byte> code)
    {
        for (int at = 0; at + 4 <= code.Length;)
        {
            ushort first = BinaryPrimitives.ReadUInt16LittleEndian(code[at..]);
            if (!ThumbInstruction.IsWideHead(first))
            {
                at += 2;
                continue;
            }

            ushort second = BinaryPrimitives.ReadUInt16LittleEndian(code[(at + 2)..]);
            bool isCoprocessor = (first & 0xEC00) == 0xEC00 && (second & 0x0E00) == 0x0A00;
            bool isVector = (first & 0xEF00) == 0xEF00 || (first & 0xFF10) == 0xF900;
            if (isCoprocessor || isVector)
            {
                return (ulong)at;
            }

            at += 4;
        }

        return null;
    }
}
