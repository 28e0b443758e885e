// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Tool.Objects;

/// <summary>Makes relocations of the references between functions that the compiler has resolved itself, because both
/// were in one section: after a cut they are not.</summary>
/// <remarks>What it does not understand is an error, and not left as it is.</remarks>
internal sealed class CodeReferences
{
    // What is added to the target's address: the distance from movw, and from movt, to where the program counter is
    // when it is added.
    public const ushort FromMovw = unchecked((ushort)-12);
    public const ushort FromMovt = unchecked((ushort)-8);

    private const uint Arm64Jump = 282;
    private const uint Arm64Call = 283;

    private readonly ObjectFile _file;
    private readonly ObjectSection _section;
    private readonly Dictionary<ulong, ObjectSymbol> _functionAt;
    private readonly HashSet<ulong> _known;

    private CodeReferences(ObjectFile file, ObjectSection section, IEnumerable<ObjectSymbol> functions)
    {
        _file = file;
        _section = section;
        _functionAt = functions.GroupBy(function => function.Offset(file.IsThumb))
            .ToDictionary(group => group.Key, group => group.First());
        _known = [.. section.Relocations.Select(relocation => relocation.Offset)];
    }

    /// <summary>Adds what is missing to a section of code.</summary>
    public static void Recover(ObjectFile file, ObjectSection section)
    {
        ObjectSymbol[] functions = [.. file.Symbols.Where(
            symbol => symbol.Section == section && symbol.IsFunction && symbol.SizeBytes > 0)];
        var references = new CodeReferences(file, section, functions);
        foreach (ObjectSymbol function in references._functionAt.Values)
        {
            if (file.IsThumb)
            {
                references.RecoverThumb(function);
            }
            else
            {
                references.RecoverArm64(function);
            }
        }

        section.Relocations.Sort((left, right) => left.Offset.CompareTo(right.Offset));
    }

    private void RecoverThumb(ObjectSymbol function)
    {
        int start = (int)function.Offset(isThumb: true);
        int length = (int)function.SizeBytes;
        List<ThumbInstruction> code = ThumbInstruction.Decode(_section.Bytes.AsSpan(start, length));
        for (int i = 0; i < code.Count; i++)
        {
            ThumbInstruction instruction = code[i];
            ulong at = (ulong)(start + instruction.Offset);
            if (instruction.AddsProgramCounter >= 0)
            {
                RecoverAddress(function, code, i, start);
            }
            else if ((instruction.IsCall || instruction.IsJump) && !_known.Contains(at)
                && (instruction.Target < 0 || instruction.Target >= length))
            {
                RecoverThumbJump(function, instruction, at, (ulong)(start + instruction.Target));
            }
        }
    }

    private void RecoverAddress(ObjectSymbol function, List<ThumbInstruction> code, int index, int start)
    {
        int register = code[index].AddsProgramCounter;
        bool isPair = index >= 2 && code[index - 2].IsMovw && code[index - 1].IsMovt
            && code[index - 2].WideTarget == register && code[index - 1].WideTarget == register;
        ulong at = (ulong)(start + code[index].Offset - 8);
        if (!isPair)
        {
            throw Unexpected(function, code[index].Offset, "movw and movt before the program counter is added");
        }

        if (_known.Contains(at))
        {
            return;
        }

        int distance = (code[index - 1].WideNumber << 16) | code[index - 2].WideNumber;
        ulong target = (ulong)(start + code[index].Offset + 4 + distance);
        ObjectSymbol symbol = SymbolAt(function, target & ~1ul);
        Add(at, ObjectRelocation.ArmThumbMovwPcRelative, symbol);
        Add(at + 4, ObjectRelocation.ArmThumbMovtPcRelative, symbol);
        Write(at, ThumbInstruction.WithWideNumber(code[index - 2], FromMovw));
        Write(at + 4, ThumbInstruction.WithWideNumber(code[index - 1], FromMovt));
    }

    private void RecoverThumbJump(ObjectSymbol function, ThumbInstruction instruction, ulong at, ulong target)
    {
        if (!instruction.IsCall && !instruction.IsWideJump)
        {
            throw Unexpected(function, instruction.Offset, "short jumps inside a function only");
        }

        Add(
            at,
            instruction.IsCall ? ObjectRelocation.ArmThumbCall : ObjectRelocation.ArmThumbJump,
            SymbolAt(function, target));
        Write(at, instruction.IsCall ? 0xFFFEF7FFu : 0xBFFEF7FFu); // a distance of -4, as the linker expects it
    }

    private void RecoverArm64(ObjectSymbol function)
    {
        ulong start = function.Value;
        for (ulong at = start; at + 4 <= start + function.SizeBytes; at += 4)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(_section.Bytes.AsSpan((int)at));
            bool isFixed = (word & 0x7C000000) == 0x14000000;
            bool isShort = (word & 0x9F000000) == 0x10000000 || (word & 0xFF000010) == 0x54000000
                || (word & 0x7E000000) is 0x34000000 or 0x36000000;
            if (_known.Contains(at) || (!isFixed && !isShort))
            {
                continue;
            }

            long distance = isFixed ? SignExtend(word & 0x3FFFFFF, 26) * 4 : ShortDistance(word);
            ulong target = unchecked(at + (ulong)distance);
            if (target >= start && target < start + function.SizeBytes)
            {
                continue;
            }

            if (isShort)
            {
                throw Unexpected(function, (int)(at - start), "short references inside a function only");
            }

            Add(at, (word & 0x80000000) != 0 ? Arm64Call : Arm64Jump, SymbolAt(function, target));
            Write(at, word & 0xFC000000);
        }
    }

    private static long ShortDistance(uint word) => (word & 0x9F000000) == 0x10000000
        ? (SignExtend((word >> 5) & 0x7FFFF, 19) * 4) | ((word >> 29) & 3)
        : (word & 0x7E000000) == 0x36000000
            ? SignExtend((word >> 5) & 0x3FFF, 14) * 4
            : SignExtend((word >> 5) & 0x7FFFF, 19) * 4;

    private static long SignExtend(uint value, int bits) => ((long)value << (64 - bits)) >> (64 - bits);

    private ObjectSymbol SymbolAt(ObjectSymbol function, ulong target)
        => _functionAt.TryGetValue(target, out ObjectSymbol? symbol)
            ? symbol
            : throw Unexpected(function, 0, $"references to the start of functions, found one to 0x{target:x}");

    private void Add(ulong at, uint type, ObjectSymbol symbol)
        => _section.Relocations.Add(new() { Offset = at, Type = type, Symbol = symbol });

    private void Write(ulong at, uint word)
        => BinaryPrimitives.WriteUInt32LittleEndian(_section.Bytes.AsSpan((int)at), word);

    private IOException Unexpected(ObjectSymbol function, int offset, string expected) => new(
        $"{_section.Name}, {function.Name} + 0x{offset:x}: expected {expected}; the compiler writes something that "
        + "this version of the tool does not know. Pin the compiler's version as firmware/build does");
}
