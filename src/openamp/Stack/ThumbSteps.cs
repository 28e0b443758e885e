// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Numerics;
using OpenAmp.Tool.Objects;

namespace OpenAmp.Tool.Stack;

/// <summary>Decodes Thumb-2 (Arm v7-M architecture reference manual, chapter A7).</summary>
internal static class ThumbSteps
{
    private const int StackPointer = 13;
    private const int Link = 14;
    private const int ProgramCounter = 15;

    /// <summary>Decodes the instruction at the beginning of some code.</summary>
    /// <param name="code">At least two bytes.</param>
    /// <param name="address">Where it is.</param>
    public static StackStep Decode(ReadOnlySpan<byte> code, ulong address)
    {
        ushort first = BinaryPrimitives.ReadUInt16LittleEndian(code);
        ushort second = ThumbInstruction.IsWideHead(first) && code.Length >= 4
            ? BinaryPrimitives.ReadUInt16LittleEndian(code[2..]) : (ushort)0;
        var instruction = new ThumbInstruction(0, first, second);
        StackStep step = Flow(instruction, address)
            ?? (instruction.LengthBytes == 2 ? Narrow(instruction, address) : Wide(instruction));
        return step with { Written = Written(instruction) };
    }

    private static uint NarrowlyWritten(int first)
    {
        uint lowest = 1u << (first & 7);
        uint highest = 1u << ((first >> 8) & 7);
        return (first >> 12) switch
        {
            0 or 1 or 5 or 6 or 7 or 8 => lowest,
            2 or 3 or 9 or 10 => highest,
            4 when first < 0x4400 => lowest,
            4 when (first & 0xFF00) is 0x4500 or 0x4700 => 0,
            4 when first < 0x4800 => 1u << ((first & 7) | ((first >> 4) & 8)),
            4 => highest,
            11 => (first & 0xFE00) == 0xBC00 ? (uint)first & 0xFF : lowest,
            12 => highest | ((uint)first & 0xFF),
            _ => 0,
        };
    }

    // More than it writes, where telling is not worth it; but never a register that it only reads through.
    private static uint Written(ThumbInstruction instruction)
    {
        int first = instruction.First;
        int second = instruction.Second;
        if (instruction.LengthBytes == 2)
        {
            return NarrowlyWritten(first);
        }

        if ((first & 0xF800) == 0xF000 && (second & 0x8000) != 0)
        {
            return 0;
        }

        bool isList = (first & 0xFE40) == 0xE800;
        bool writesBack = (first & 0xFE20) == 0xE820
            || ((first & 0xFE00) == 0xF800 && (second & 0x0900) == 0x0900);
        return (isList ? (uint)second : (1u << (second >> 12)) | (1u << ((second >> 8) & 15)))
            | (writesBack ? 1u << (first & 15) : 0);
    }

    private static StackStep? Flow(ThumbInstruction instruction, ulong address)
    {
        int length = instruction.LengthBytes;
        ulong target = unchecked(address + (ulong)instruction.Target);
        if (instruction.IsCall)
        {
            return new(length, StackFlow.Call) { Target = target };
        }

        if ((instruction.First & 0xF800) == 0xF000 && (instruction.Second & 0xD001) == 0xC000)
        {
            // blx: to Arm instructions, counted from a multiple of 4.
            return new(length, StackFlow.Call) { Target = target & ~3UL, ChangesSet = true };
        }

        if (instruction.IsWideJump || instruction.IsNarrowJump)
        {
            return new(length, StackFlow.Jump) { Target = target };
        }

        if (instruction.IsJump)
        {
            return new(length, StackFlow.Branch)
            {
                Target = target,
                TakenIfZero = (instruction.First & 0xFF00) switch { 0xD000 => true, 0xD100 => false, _ => null },
            };
        }

        if (instruction.CallsRegister >= 0)
        {
            return new(length, StackFlow.IndirectCall) { Register = instruction.CallsRegister };
        }

        // bx, and mov pc, register.
        int jump = instruction.JumpsToRegister >= 0 ? instruction.JumpsToRegister
            : (instruction.First & 0xFF87) == 0x4687 ? (instruction.First >> 3) & 15 : -1;
        if (jump >= 0)
        {
            return new(length, jump == Link ? StackFlow.Return : StackFlow.IndirectJump) { Register = jump };
        }

        bool isTable = (instruction.First & 0xFFF0) == 0xE8D0 && (instruction.Second & 0xFFE0) == 0xF000;
        bool isLoad = (instruction.First & 0xFF70) == 0xF850 && instruction.First != 0xF85D
            && instruction.Second >> 12 == ProgramCounter;
        bool isTrap = (instruction.First & 0xFF00) is 0xDE00 or 0xBE00
            || ((instruction.First & 0xFFF0) == 0xF7F0 && (instruction.Second & 0xF000) == 0xA000);
        return isTable || isLoad ? new(length, StackFlow.IndirectJump) { Register = -1 }
            : isTrap ? new(length, StackFlow.Stop) : null;
    }

    private static StackStep Narrow(ThumbInstruction instruction, ulong address)
    {
        int first = instruction.First;
        int count = BitOperations.PopCount((uint)first & 0x1FF);
        int low = first & 7;
        int high = low | ((first >> 4) & 8);
        int middle = (first >> 3) & 15;
        return (first & 0xFE00) switch
        {
            0xB400 => new(2) { Number = -4 * count },
            0xBC00 => new(2, (first & 0x100) != 0 ? StackFlow.Return : StackFlow.Next) { Number = 4 * count },
            0xB000 when (first & 0x180) == 0 => new(2) { Number = 4 * (first & 0x7F) },
            0xB000 when (first & 0x180) == 0x80 => new(2) { Number = -4 * (first & 0x7F) },
            0xBE00 when (first & 0x100) != 0 && (first & 15) != 0 => new(2)
            {
                ConditionalCount = 4 - BitOperations.TrailingZeroCount(first & 15),
            },
            _ when (first & 0xF800) == 0xA800 => new(2)
            {
                Effect = StackEffect.ToRegister,
                Register = (first >> 8) & 7,
                Number = 4 * (first & 0xFF),
            },
            _ when (first & 0xFF78) == 0x4668 => new(2) { Effect = StackEffect.ToRegister, Register = high },
            _ when (first & 0xFF87) == 0x4685 => new(2) { Effect = StackEffect.FromRegister, Register = middle },
            _ when (first & 0xFF87) == 0x4485 => new(2) { Effect = StackEffect.PlusRegister, Register = middle },
            _ when (first & 0xF800) == 0x2000 => new(2)
            {
                Effect = StackEffect.Constant,
                Register = (first >> 8) & 7,
                Number = first & 0xFF,
            },
            // subs register, number.
            _ when (first & 0xF800) == 0x3800 => new(2)
            {
                Effect = StackEffect.Add,
                Register = (first >> 8) & 7,
                Source = (first >> 8) & 7,
                Number = -(first & 0xFF),
                SetsZero = true,
            },
            _ when instruction.AddsProgramCounter is >= 0 and int target => new(2)
            {
                Effect = StackEffect.Add,
                Register = target,
                Source = target,
                Number = (long)address + 4,
            },
            _ => new(2),
        };
    }

    private static StackStep Wide(ThumbInstruction instruction)
    {
        int first = instruction.First;
        int second = instruction.Second;
        bool isFloat = (first & 0xEC00) == 0xEC00 && ((second >> 8) & 0xE) == 0xA;
        if (instruction.IsMovw)
        {
            return new(4)
            {
                Effect = StackEffect.Constant,
                Register = instruction.WideTarget,
                Number = instruction.WideNumber,
            };
        }

        if (instruction.IsMovt)
        {
            return new(4)
            {
                Effect = StackEffect.Part,
                Register = instruction.WideTarget,
                Number = instruction.WideNumber,
                Shift = 16,
            };
        }

        int down = 4 * (second & 0xFF);
        return first switch
        {
            0xE92D => new(4) { Number = -4 * BitOperations.PopCount((uint)second) },
            0xE8BD => new(4, (second & 0x8000) != 0 ? StackFlow.Return : StackFlow.Next)
            {
                Number = 4 * BitOperations.PopCount((uint)second),
            },
            0xF84D or 0xF85D when (second & 0x900) == 0x900 => new(
                4, first == 0xF85D && second >> 12 == ProgramCounter ? StackFlow.Return : StackFlow.Next)
            {
                Number = (second & 0x200) != 0 ? second & 0xFF : -(second & 0xFF),
            },
            _ when (first & 0xFFBF) == 0xED2D && isFloat => new(4) { Number = -down, UsesFloat = true },
            _ when (first & 0xFFBF) == 0xECBD && isFloat => new(4) { Number = down, UsesFloat = true },
            // strd and ldrd that move the stack pointer.
            _ when (first & 0xFE6F) == 0xE86D => new(4) { Number = (first & 0x80) != 0 ? down : -down },
            0xEBAD when (second & 0x7FF0) == 0x0D00 => new(4)
            {
                Effect = StackEffect.MinusRegister,
                Register = second & 15,
            },
            _ => Sum(first, second) ?? new(4) { UsesFloat = isFloat },
        };
    }

    // add and sub with a number: add.w, addw, sub.w, subw; and mov.w.
    private static StackStep? Sum(int first, int second)
    {
        int target = (second >> 8) & 15;
        int source = first & 15;
        int plain = ((first & 0x400) << 1) | ((second & 0x7000) >> 4) | (second & 0xFF);
        if ((first & 0xFBFF) == 0xF04F)
        {
            return new(4) { Effect = StackEffect.Constant, Register = target, Number = Expand(plain) };
        }

        if ((first & 0xFBF0) == 0xF1B0 && (second & 0x8000) == 0 && target != ProgramCounter)
        {
            return new(4)
            {
                Effect = StackEffect.Add,
                Register = target,
                Source = source,
                Number = -(long)Expand(plain),
                SetsZero = true,
            };
        }

        long? number = (second & 0x8000) != 0 ? null : (first & 0xFBF0) switch
        {
            0xF100 => Expand(plain),
            0xF1A0 => -(long)Expand(plain),
            0xF200 => plain,
            0xF2A0 => -plain,
            _ => null,
        };
        return number is null || source == ProgramCounter ? null
            : target == StackPointer && source == StackPointer ? new(4) { Number = number.Value }
            : target == StackPointer
                ? new(4) { Effect = StackEffect.FromRegister, Register = source, Number = number.Value }
            : source == StackPointer
                ? new(4) { Effect = StackEffect.ToRegister, Register = target, Number = number.Value }
            : null;
    }

    // A number of 12 bits that stands for one of 32 (section A5.3.2).
    private static uint Expand(int plain)
    {
        uint low = (uint)plain & 0xFF;
        return (plain >> 8) switch
        {
            0 => low,
            1 => low * 0x00010001,
            2 => low * 0x01000100,
            3 => low * 0x01010101,
            _ => BitOperations.RotateRight(low | 0x80, plain >> 7),
        };
    }
}
