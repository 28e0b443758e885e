// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Tool.Stack;

/// <summary>Decodes A64 (Arm architecture reference manual for A-profile, chapter C4).</summary>
internal static class Arm64Steps
{
    private const uint StackPointer = 31;
    private const int Link = 30;

    /// <summary>Decodes an instruction.</summary>
    /// <param name="code">At least four bytes.</param>
    /// <param name="address">Where it is.</param>
    public static StackStep Decode(ReadOnlySpan<byte> code, ulong address)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(code);
        StackStep step = Flow(word, address) ?? Access(word) ?? Sum(word, address) ?? new(4);
        bool isPair = (word & 0x3A400000) == 0x28400000;
        uint written = (1u << (int)(word & 31)) | (isPair ? 1u << (int)((word >> 10) & 31) : 0);
        return step with { Written = written & ~(1u << 31) };
    }

    private static StackStep? Flow(uint word, ulong address)
    {
        int register = (int)((word >> 5) & 31);
        return word switch
        {
            _ when (word & 0xFC000000) == 0x14000000 => new(4, StackFlow.Jump) { Target = At(address, word, 0, 26) },
            _ when (word & 0xFC000000) == 0x94000000 => new(4, StackFlow.Call) { Target = At(address, word, 0, 26) },
            _ when (word & 0xFF000000) == 0x54000000 => new(4, StackFlow.Branch)
            {
                Target = At(address, word, 5, 19),
                TakenIfZero = (word & 15) switch { 0 => true, 1 => false, _ => null },
            },
            _ when (word & 0x7E000000) == 0x34000000 => new(4, StackFlow.Branch) { Target = At(address, word, 5, 19) },
            _ when (word & 0x7E000000) == 0x36000000 => new(4, StackFlow.Branch) { Target = At(address, word, 5, 14) },
            _ when (word & 0xFFFFFC1F) == 0xD61F0000 => new(4, StackFlow.IndirectJump) { Register = register },
            _ when (word & 0xFFFFFC1F) == 0xD63F0000 => new(4, StackFlow.IndirectCall) { Register = register },
            _ when (word & 0xFFFFFC1F) == 0xD65F0000 => new(
                4, register == Link ? StackFlow.Return : StackFlow.IndirectJump)
            { Register = register },
            0xD69F03E0 => new(4, StackFlow.Return),
            _ when (word & 0xFFE0001F) == 0xD4200000 || word <= 0xFFFF => new(4, StackFlow.Stop),
            _ => null,
        };
    }

    // Loads and stores that move the stack pointer before or after.
    private static StackStep? Access(uint word)
    {
        if (((word >> 5) & 31) != StackPointer)
        {
            return null;
        }

        if ((word & 0x3A800000) == 0x28800000)
        {
            int kind = (int)(word >> 30);
            int scale = 4 << ((word & 0x04000000) != 0 ? kind : kind >> 1);
            return new(4) { Number = Signed(word, 15, 7) * scale };
        }

        return (word & 0x3B200400) == 0x38000400 ? new(4) { Number = Signed(word, 12, 9) } : null;
    }

    private static StackStep? Sum(uint word, ulong address)
    {
        uint target = word & 31;
        uint source = (word >> 5) & 31;
        long sixteen = (word >> 5) & 0xFFFF;
        int shift = (int)((word >> 21) & 3) * 16;
        var named = new StackStep(4) { Register = (int)target };
        return (word & 0xFF800000) switch
        {
            0xD1000000 => Sum(target, source, -Number(word)),
            0x91000000 => Sum(target, source, Number(word)),
            0xF1000000 when target != StackPointer && source != StackPointer => named with
            {
                Effect = StackEffect.Add,
                Source = (int)source,
                Number = -Number(word),
                SetsZero = true,
            },
            0xD2800000 or 0x52800000 => named with { Effect = StackEffect.Constant, Number = sixteen << shift },
            0xF2800000 or 0x72800000 => named with { Effect = StackEffect.Part, Number = sixteen, Shift = shift },
            0x92000000 when target == StackPointer => new(4) { Effect = StackEffect.Unknown },
            _ when (word & 0x1F000000) == 0x10000000 => named with
            {
                Effect = StackEffect.Constant,
                Number = unchecked((long)Page(word, address)),
            },
            // sub sp, sp, register, not extended or shifted; add in the same way. Other targets are of no interest.
            _ when (word & 0xFFE0FFFF) == 0xCB2063FF => Of(StackEffect.MinusRegister, word),
            _ when (word & 0xFFE0FFFF) == 0x8B2063FF => Of(StackEffect.PlusRegister, word),
            _ when (word & 0xBFE0001F) == 0x8B20001F => new(4) { Effect = StackEffect.Unknown },
            _ => null,
        };
    }

    private static StackStep Of(StackEffect effect, uint word)
        => new(4) { Effect = effect, Register = (int)((word >> 16) & 31) };

    private static StackStep Sum(uint target, uint source, long number)
        => target == StackPointer && source == StackPointer ? new(4) { Number = number }
            : target == StackPointer
                ? new(4) { Effect = StackEffect.FromRegister, Register = (int)source, Number = number }
            : source == StackPointer
                ? new(4) { Effect = StackEffect.ToRegister, Register = (int)target, Number = number }
            : new(4)
            {
                Effect = StackEffect.Add,
                Register = (int)target,
                Source = (int)source,
                Number = number,
            };

    private static long Number(uint word) => (long)((word >> 10) & 0xFFF) << ((word & 0x400000) != 0 ? 12 : 0);

    // adr and adrp.
    private static ulong Page(uint word, ulong address)
    {
        long distance = (Signed(word, 5, 19) << 2) | ((word >> 29) & 3);
        return (word & 0x80000000) != 0
            ? unchecked((address & ~0xFFFUL) + (ulong)(distance << 12)) : unchecked(address + (ulong)distance);
    }

    private static ulong At(ulong address, uint word, int start, int count)
        => unchecked(address + (ulong)(Signed(word, start, count) * 4));

    private static long Signed(uint word, int start, int count)
        => unchecked((int)(word << (32 - start - count))) >> (32 - count);
}
