// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace OpenAmp.Tool.Objects;

/// <summary>Makes calls short: <c>bl</c>, of 4 bytes, in place of the 12 with which the compiler puts an address into a
/// register and calls it.</summary>
/// <remarks>
/// <para>The compiler of 32-bit Arm expects programs of any size. Firmware is smaller than the 16 MiB that <c>bl</c>
/// and <c>b.w</c> reach, and the linker refuses what is not.</para>
/// <para>A call is shortened only where address and call lie in one straight run of instructions that nothing jumps
/// into, and nothing between them could touch the register. Everything that a function jumps over gets shorter and
/// nothing longer, so that every jump still reaches. A function with a construct that is not known here, such as a
/// table of jumps, is left as it is.</para>
/// </remarks>
internal sealed class ThumbCalls
{
    private const int AddressInstructions = 3;
    private const int FramePointer = 11;
    private const int LinkRegister = 14;
    private const int FirstSavedRegister = 4;
    private const int LastSavedRegister = 11;
    private const uint CallWord = 0xFFFEF7FF;  // bl and b.w with a distance of -4, as the linker expects it
    private const uint JumpWord = 0xBFFEF7FF;

    private readonly ObjectFile _file;
    private readonly ObjectPiece _piece;
    private readonly List<ThumbInstruction> _code;
    private readonly Dictionary<ulong, ObjectRelocation> _relocations;
    private readonly HashSet<int> _targets;
    private readonly HashSet<int> _removed = [];
    private readonly Dictionary<int, (ObjectSymbol Symbol, bool IsCall)> _calls = [];

    private ThumbCalls(ObjectFile file, ObjectPiece piece)
    {
        _file = file;
        _piece = piece;
        _code = ThumbInstruction.Decode(piece.Section.Bytes);
        _relocations = piece.Section.Relocations.ToDictionary(relocation => relocation.Offset);
        _targets = [.. _code.Where(instruction => instruction.IsJump && !IsElsewhere(instruction))
            .Select(instruction => instruction.Target)];
    }

    /// <summary>Shortens the calls of all functions.</summary>
    public static void Shorten(ObjectFile file, IReadOnlyList<ObjectPiece> pieces)
    {
        HashSet<ObjectSection> entered = [.. EnteredInside(file)];
        foreach (ObjectPiece piece in pieces.Where(piece => piece.Section.IsCode && piece.Section.SizeBytes > 0))
        {
            var calls = new ThumbCalls(file, piece);
            if (!entered.Contains(piece.Section) && calls.IsUnderstood())
            {
                calls.Shorten();
            }
        }
    }

    // Functions of which somebody knows more than the start: a table of jumps does.
    private static IEnumerable<ObjectSection> EnteredInside(ObjectFile file)
        => from section in file.Sections
           where section.IsAllocated && section.Type != ObjectSection.NoBits
           from relocation in section.Relocations
           where relocation.Symbol.Section is { IsCode: true } && !IsOfStart(section, relocation)
           select relocation.Symbol.Section;

    private static bool IsOfStart(ObjectSection section, ObjectRelocation relocation)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(section.Bytes.AsSpan((int)relocation.Offset));
        var instruction = new ThumbInstruction(0, (ushort)(word & 0xFFFF), (ushort)(word >> 16));
        return relocation.Type switch
        {
            ObjectRelocation.ArmThumbMovwPcRelative => instruction.WideNumber == CodeReferences.FromMovw,
            ObjectRelocation.ArmThumbMovtPcRelative => instruction.WideNumber == CodeReferences.FromMovt,
            ObjectRelocation.ArmThumbCall => word == CallWord,
            ObjectRelocation.ArmThumbJump => word == JumpWord,
            _ => word == 0,
        };
    }

    private bool IsElsewhere(ThumbInstruction instruction) => _relocations.ContainsKey((ulong)instruction.Offset);

    // Nothing that depends on where it stands, but jumps and the known way to add the program counter.
    private bool IsUnderstood() => _code.TrueForAll(instruction =>
    {
        ushort first = instruction.First;
        bool readsNearby = (first & 0xF800) is 0x4800 or 0xA000  // ldr and adr
            || (first & 0xFE1F) == 0xF81F || (first & 0xFBFF) is 0xF2AF or 0xF20F
            || (first & 0xFE5F) == 0xE85F
            || (first & 0xFFF0) == 0xE8D0 && (instruction.Second & 0xFFE0) == 0xF000;  // tbb and tbh
        bool isInside = !instruction.IsJump || IsElsewhere(instruction)
            || (instruction.Target >= 0 && instruction.Target < _piece.Section.Bytes.Length);
        return !readsNearby && isInside;
    });

    private void Shorten()
    {
        for (int i = 0; i + AddressInstructions < _code.Count; i++)
        {
            if (AddressOf(i) is { } symbol && FindUse(i + AddressInstructions, _code[i].WideTarget) is { } use)
            {
                _removed.UnionWith([i, i + 1, i + 2]);
                _calls[use] = (symbol, _code[use].CallsRegister >= 0);
            }
        }

        LeaveOutFramePointer();
        if (_removed.Count > 0)
        {
            Rewrite();
        }
    }

    /// <summary>Leaves out the frame pointer of a function that does not use it: nothing unwinds the stack.</summary>
    private void LeaveOutFramePointer()
    {
        int index = _code.FindIndex(instruction => instruction.SetsFramePointer);
        bool isUsed = _code.Where((_, at) => at != index)
            .Any(instruction => !instruction.SavesRegisters && instruction.MayTouch(FramePointer));
        if (index >= 0 && !isUsed)
        {
            _ = _removed.Add(index);
        }
    }

    private ObjectSymbol? AddressOf(int index)
    {
        ThumbInstruction low = _code[index];
        bool isAddress = low.IsMovw && _code[index + 1].IsMovt
            && _code[index + 1].WideTarget == low.WideTarget
            && _code[index + 2].AddsProgramCounter == low.WideTarget
            && !_targets.Contains(_code[index + 1].Offset) && !_targets.Contains(_code[index + 2].Offset);
        return isAddress && _relocations.TryGetValue((ulong)low.Offset, out ObjectRelocation? relocation)
            && relocation.Type == ObjectRelocation.ArmThumbMovwPcRelative
            && (relocation.Symbol.IsFunction || relocation.Symbol.IsUndefined)
            ? relocation.Symbol : null;
    }

    /// <summary>The call, or the jump that ends the function, for which a register was set; if that is all it is for.
    /// </summary>
    private int? FindUse(int index, int register)
    {
        for (; index < _code.Count; index++)
        {
            ThumbInstruction instruction = _code[index];
            if (_targets.Contains(instruction.Offset))
            {
                return null;
            }

            // A call leaves the registers behind that its callee may change: nobody reads the address again.
            bool isLost = register is < FirstSavedRegister or > LastSavedRegister;
            if (instruction.CallsRegister == register && isLost)
            {
                return index;
            }

            if (instruction.JumpsToRegister == register && register != LinkRegister)
            {
                return index;
            }

            if (instruction.EndsRun || instruction.MayTouch(register))
            {
                return null;
            }
        }

        return null;
    }

    private void Rewrite()
    {
        int[] moved = new int[_piece.Section.Bytes.Length + 1];
        int length = 0;
        for (int i = 0; i < _code.Count; i++)
        {
            moved.AsSpan(_code[i].Offset, _code[i].LengthBytes).Fill(length);
            length += _removed.Contains(i) ? 0 : _calls.ContainsKey(i) ? sizeof(uint) : _code[i].LengthBytes;
        }

        moved[^1] = length;
        byte[] bytes = new byte[length];
        List<ObjectRelocation> relocations = [];
        for (int i = 0; i < _code.Count; i++)
        {
            if (!_removed.Contains(i))
            {
                Place(i, bytes.AsSpan(moved[_code[i].Offset]), moved, relocations);
            }
        }

        ObjectSection section = _piece.Section;
        section.Bytes = bytes;
        section.SizeBytes = (ulong)length;
        section.Relocations.Clear();
        section.Relocations.AddRange(relocations);
        foreach (ObjectSymbol symbol in _file.Symbols.Where(symbol => symbol.Section == section && symbol.IsFunction))
        {
            symbol.SizeBytes = (ulong)length;
        }

        _piece.Moves = new CodeMoves(moved);
    }

    private void Place(int index, Span<byte> place, int[] moved, List<ObjectRelocation> relocations)
    {
        ThumbInstruction instruction = _code[index];
        ulong at = (ulong)moved[instruction.Offset];
        if (_calls.TryGetValue(index, out (ObjectSymbol Symbol, bool IsCall) call))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(place, call.IsCall ? CallWord : JumpWord);
            relocations.Add(new()
            {
                Offset = at,
                Type = call.IsCall ? ObjectRelocation.ArmThumbCall : ObjectRelocation.ArmThumbJump,
                Symbol = call.Symbol,
            });
            return;
        }

        ThumbInstruction placed = instruction.IsJump && !IsElsewhere(instruction)
            ? instruction.WithDistance(moved[instruction.Target] - (int)at)
            : instruction;
        BinaryPrimitives.WriteUInt16LittleEndian(place, placed.First);
        if (instruction.LengthBytes == sizeof(uint))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(place[2..], placed.Second);
        }

        if (_relocations.TryGetValue((ulong)instruction.Offset, out ObjectRelocation? relocation))
        {
            relocation.Offset = at;
            relocations.Add(relocation);
        }
    }
}
