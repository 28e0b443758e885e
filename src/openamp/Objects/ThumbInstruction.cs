// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace OpenAmp.Tool.Objects;

/// <summary>One instruction of Thumb code, as far as references and lengths go (Arm v7-M architecture reference
/// manual, chapter A5).</summary>
/// <param name="Offset">Where it is, in bytes from the function's first.</param>
/// <param name="First">Its first halfword.</param>
/// <param name="Second">Its second one, or 0.</param>
internal readonly record struct ThumbInstruction(int Offset, ushort First, ushort Second)
{
    private const int ProgramCounterAhead = 4;

    public int LengthBytes => IsWideHead(First) ? 4 : 2;

    /// <summary>movw: a register's low half, the high one zero.</summary>
    public bool IsMovw => (First & 0xFBF0) == 0xF240 && (Second & 0x8000) == 0;

    /// <summary>movt: a register's high half.</summary>
    public bool IsMovt => (First & 0xFBF0) == 0xF2C0 && (Second & 0x8000) == 0;

    /// <summary>The register that movw and movt write.</summary>
    public int WideTarget => (Second >> 8) & 15;

    /// <summary>The number in movw and movt.</summary>
    public ushort WideNumber => (ushort)(((First & 15) << 12) | ((First & 0x400) << 1) | ((Second & 0x7000) >> 4)
        | (Second & 0xFF));

    /// <summary>add register, pc: the register, or -1 for any other instruction.</summary>
    public int AddsProgramCounter => (First & 0xFF78) == 0x4478 ? ((First >> 4) & 8) | (First & 7) : -1;

    /// <summary>blx register: the register, or -1 for any other instruction.</summary>
    public int CallsRegister => (First & 0xFF87) == 0x4780 ? (First >> 3) & 15 : -1;

    /// <summary>bx register: the register, or -1 for any other instruction.</summary>
    public int JumpsToRegister => (First & 0xFF87) == 0x4700 ? (First >> 3) & 15 : -1;

    /// <summary>Whether what follows need not run next, or runs under a condition.</summary>
    public bool EndsRun => IsJump || IsCall || CallsRegister >= 0 || JumpsToRegister >= 0
        || (First & 0xFF00) == 0xBF00 && (First & 15) != 0  // it
        || (First & 0xFF00) is 0xBD00 or 0xDE00 or 0xDF00  // pop with pc, udf, svc
        || (First & 0xFE50) == 0xE810 && (Second & 0x8000) != 0;  // ldm with pc

    /// <summary>Whether it makes r11 point into the stack: mov r11, sp or add r11, sp, number.</summary>
    public bool SetsFramePointer => First == 0x46EB || ((First & 0xFBFF) == 0xF10D && (Second & 0x8F00) == 0x0B00);

    /// <summary>Whether it puts registers onto the stack, or takes them from it.</summary>
    public bool SavesRegisters => (First & 0xF600) == 0xB400 || First is 0xE92D or 0xE8BD;

    /// <summary>bl: a call to a fixed place.</summary>
    public bool IsCall => (First & 0xF800) == 0xF000 && (Second & 0xD000) == 0xD000;

    /// <summary>b.w: a jump to a fixed place, 16 MiB away at most.</summary>
    public bool IsWideJump => (First & 0xF800) == 0xF000 && (Second & 0xD000) == 0x9000;

    /// <summary>b.w with a condition.</summary>
    public bool IsWideConditionalJump => (First & 0xF800) == 0xF000 && (Second & 0xD000) == 0x8000
        && (First & 0x0380) != 0x0380;

    public bool IsNarrowJump => (First & 0xF800) == 0xE000;

    public bool IsNarrowConditionalJump => (First & 0xF000) == 0xD000 && (First & 0x0E00) != 0x0E00;

    /// <summary>cbz and cbnz.</summary>
    public bool IsCompareAndJump => (First & 0xF500) == 0xB100;

    /// <summary>Whether it goes to a fixed place in the same function, or would, and not on.</summary>
    public bool IsJump => IsWideJump || IsWideConditionalJump || IsNarrowJump || IsNarrowConditionalJump
        || IsCompareAndJump;

    /// <summary>Where a jump or a call to a fixed place goes, in bytes from the function's first.</summary>
    public int Target => Offset + ProgramCounterAhead + Distance;

    private int Distance
    {
        get
        {
            if (IsNarrowJump)
            {
                return SignExtend((First & 0x7FF) << 1, 12);
            }

            if (IsNarrowConditionalJump)
            {
                return SignExtend((First & 0xFF) << 1, 9);
            }

            if (IsCompareAndJump)
            {
                return ((First & 0x200) >> 3) | ((First & 0xF8) >> 2);
            }

            int sign = (First >> 10) & 1;
            int first = (Second >> 13) & 1;
            int second = (Second >> 11) & 1;
            return IsWideConditionalJump
                ? SignExtend(
                    (sign << 20) | (second << 19) | (first << 18) | ((First & 0x3F) << 12) | ((Second & 0x7FF) << 1),
                    21)
                : SignExtend(
                    (sign << 24) | ((1 ^ first ^ sign) << 23) | ((1 ^ second ^ sign) << 22) | ((First & 0x3FF) << 12)
                    | ((Second & 0x7FF) << 1),
                    25);
        }
    }

    /// <summary>Whether it could read or write a register: false only when it surely does not.</summary>
    public bool MayTouch(int register)
    {
        if (IsCall || IsJump)
        {
            return IsCompareAndJump && (First & 7) == register;
        }

        if (LengthBytes == 4)
        {
            // ldm and stm have a list of registers; all others name them in these four places.
            bool isList = (First & 0xFE40) == 0xE800;
            return (First & 15) == register
                || (isList
                    ? ((Second >> register) & 1) != 0
                    : (Second >> 12) == register || ((Second >> 8) & 15) == register || (Second & 15) == register);
        }

        bool isLowest = (First & 7) == register;
        bool isMiddle = ((First >> 3) & 7) == register;
        bool isUpper = ((First >> 6) & 7) == register;
        bool isHighest = ((First >> 8) & 7) == register;
        return (First >> 12) switch
        {
            0 or 1 or 5 or 6 or 7 or 8 => isLowest || isMiddle || isUpper,
            2 or 3 or 9 or 10 => isHighest,
            4 when (First & 0x0C00) == 0 => isLowest || isMiddle,
            4 when (First & 0x0800) == 0 => (((First >> 4) & 8) | (First & 7)) == register
                || ((First >> 3) & 15) == register,
            11 when (First & 0x0F00) is 0x0000 => false,  // add and sub of the stack pointer
            11 when (First & 0x0600) is 0x0400 => register == 14 || (register < 8 && ((First >> register) & 1) != 0),
            11 => isLowest || isMiddle,
            12 => isHighest || (register < 8 && ((First >> register) & 1) != 0),
            13 or 14 => false,  // jumps
            _ => true,
        };
    }

    /// <summary>The same jump over another distance.</summary>
    /// <param name="distance">From its own first byte to its target's, in bytes.</param>
    public ThumbInstruction WithDistance(int distance)
    {
        int value = distance - ProgramCounterAhead;
        int half = value >> 1;
        if (IsNarrowJump)
        {
            return this with { First = (ushort)(0xE000 | (half & 0x7FF)) };
        }

        if (IsNarrowConditionalJump)
        {
            return this with { First = (ushort)((First & 0xFF00) | (half & 0xFF)) };
        }

        if (IsCompareAndJump)
        {
            return this with { First = (ushort)((First & 0xFD07) | ((half & 0x20) << 4) | ((half & 0x1F) << 3)) };
        }

        int sign = (value >> 31) & 1;
        int first = (half >> (IsWideConditionalJump ? 17 : 22)) & 1;
        int second = (half >> (IsWideConditionalJump ? 18 : 21)) & 1;
        return IsWideConditionalJump
            ? new(
                Offset,
                (ushort)((First & 0xFBC0) | (sign << 10) | ((half >> 11) & 0x3F)),
                (ushort)((Second & 0xD000) | (first << 13) | (second << 11) | (half & 0x7FF)))
            : new(
                Offset,
                (ushort)((First & 0xF800) | (sign << 10) | ((half >> 11) & 0x3FF)),
                (ushort)((Second & 0xD000) | ((1 ^ first ^ sign) << 13) | ((1 ^ second ^ sign) << 11)
                    | (half & 0x7FF)));
    }

    /// <summary>Whether a second halfword belongs to an instruction.</summary>
    public static bool IsWideHead(ushort first) => first >= 0xE800;

    /// <summary>Takes code apart.</summary>
    public static List<ThumbInstruction> Decode(ReadOnlySpan<byte> code)
    {
        List<ThumbInstruction> all = [];
        for (int at = 0; at + 2 <= code.Length;)
        {
            ushort first = BinaryPrimitives.ReadUInt16LittleEndian(code[at..]);
            bool isWide = IsWideHead(first) && at + 4 <= code.Length;
            ushort second = isWide ? BinaryPrimitives.ReadUInt16LittleEndian(code[(at + 2)..]) : (ushort)0;
            var instruction = new ThumbInstruction(at, first, second);
            all.Add(instruction);
            at += instruction.LengthBytes;
        }

        return all;
    }

    /// <summary>movw or movt with another number.</summary>
    public static uint WithWideNumber(ThumbInstruction old, ushort number)
    {
        int first = (old.First & 0xFBF0) | (number >> 12) | ((number & 0x800) >> 1);
        int second = (old.Second & 0x8F00) | ((number & 0x700) << 4) | (number & 0xFF);
        return (uint)(first | (second << 16));
    }

    private static int SignExtend(int value, int bits) => (value << (32 - bits)) >> (32 - bits);
}
