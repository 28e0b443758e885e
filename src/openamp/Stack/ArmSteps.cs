// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Numerics;

namespace OpenAmp.Tool.Stack;

/// <summary>Decodes Arm instructions of 32 bits, in which start files of Armv7-A and -R are written (Arm architecture
/// reference manual, Armv7-A and Armv7-R, chapter A5).</summary>
internal static class ArmSteps
{
    /// <summary>Decodes an instruction.</summary>
    /// <param name="code">At least four bytes.</param>
    /// <param name="address">Where it is.</param>
    public static StackStep Decode(ReadOnlySpan<byte> code, ulong address)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(code);
        uint condition = word >> 28;
        StackStep step = condition == 15 ? Unconditional(word, address) : Conditional(word, address);
        return step with { IsConditional = condition < 14 };
    }

    private static StackStep Unconditional(uint word, ulong address) => (word & 0xFE000000) == 0xFA000000
        ? new(4, StackFlow.Call) { Target = Target(word, address) | ((word >> 23) & 2), ChangesSet = true }
        : new(4);

    private static StackStep Conditional(uint word, ulong address)
    {
        int registers = BitOperations.PopCount(word & 0xFFFF);
        long doublewords = 4 * (word & 0xFF);
        bool hasCounter = (word & 0x8000) != 0;
        bool loadsCounter = (word & 0xF000) == 0xF000;
        return (word & 0x0FFF0000) switch
        {
            0x092D0000 => new(4) { Number = -4 * registers },
            0x08BD0000 or 0x08FD0000 => new(4, hasCounter ? StackFlow.Return : StackFlow.Next)
            {
                Number = 4 * registers,
            },
            0x052D0000 => new(4) { Number = -(word & 0xFFF) },
            0x049D0000 => new(4, loadsCounter ? StackFlow.Return : StackFlow.Next) { Number = word & 0xFFF },
            0x024D0000 when (word & 0xF000) == 0xD000 => new(4) { Number = -(long)Rotated(word) },
            0x028D0000 when (word & 0xF000) == 0xD000 => new(4) { Number = Rotated(word) },
            _ when (word & 0x0FBF0E00) == 0x0D2D0A00 => new(4) { Number = -doublewords, UsesFloat = true },
            _ when (word & 0x0FBF0E00) == 0x0CBD0A00 => new(4) { Number = doublewords, UsesFloat = true },
            _ when (word & 0x0F000000) == 0x0A000000 => new(4, StackFlow.Jump) { Target = Target(word, address) },
            _ when (word & 0x0F000000) == 0x0B000000 => new(4, StackFlow.Call) { Target = Target(word, address) },
            _ when (word & 0x0FFFFFF0) == 0x012FFF10 => new(
                4, (word & 15) == 14 ? StackFlow.Return : StackFlow.IndirectJump)
            { Register = (int)(word & 15) },
            _ when (word & 0x0FFFFFF0) == 0x012FFF30 => new(4, StackFlow.IndirectCall) { Register = (int)(word & 15) },
            _ when (word & 0x0FF000F0) == 0x07F000F0 => new(4, StackFlow.Stop),
            _ when (word & 0x0C10F000) == 0x0410F000 => new(4, StackFlow.IndirectJump) { Register = -1 },
            _ when WritesStackPointer(word) => new(4) { Effect = StackEffect.Unknown },
            _ => new(4),
        };
    }

    // Arithmetic with another target, and loads; not comparisons, which have no target.
    private static bool WritesStackPointer(uint word)
        => (word & 0xF000) == 0xD000
            && (((word & 0x0C000000) == 0 && (word & 0x01800000) != 0x01000000 && (word & 0x90) != 0x90)
                || (word & 0x0C100000) == 0x04100000);

    private static uint Rotated(uint word) => BitOperations.RotateRight(word & 0xFF, (int)((word >> 8) & 15) * 2);

    private static ulong Target(uint word, ulong address)
        => unchecked(address + 8 + (ulong)(((int)word << 8) >> 6));
}
