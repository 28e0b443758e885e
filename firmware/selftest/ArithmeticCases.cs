// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Firmware.SelfTest;

/// <summary>Numbers wider than a register, and divisions: what a 32-bit core calls helpers for. The C# compiler has
/// computed what is expected.</summary>
internal static class ArithmeticCases
{
    public static void Run<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Unsigned64(ref report);
        Signed64(ref report);
        Signed32(ref report);
        Shifts(ref report);
        Checked(ref report);
    }

    private static void Unsigned64<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Unsigned(
            ref report, 0xFFFF_FFFF_FFFF_FFFF, 1,
            0xFFFF_FFFF_FFFF_FFFFul / 1ul, 0xFFFF_FFFF_FFFF_FFFFul % 1ul, unchecked(0xFFFF_FFFF_FFFF_FFFFul * 1ul));
        Unsigned(
            ref report, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
            0xFFFF_FFFF_FFFF_FFFFul / 0xFFFF_FFFF_FFFF_FFFFul, 0xFFFF_FFFF_FFFF_FFFFul % 0xFFFF_FFFF_FFFF_FFFFul,
            unchecked(0xFFFF_FFFF_FFFF_FFFFul * 0xFFFF_FFFF_FFFF_FFFFul));
        Unsigned(
            ref report, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE,
            0xFFFF_FFFF_FFFF_FFFFul / 0xFFFF_FFFF_FFFF_FFFEul, 0xFFFF_FFFF_FFFF_FFFFul % 0xFFFF_FFFF_FFFF_FFFEul,
            unchecked(0xFFFF_FFFF_FFFF_FFFFul * 0xFFFF_FFFF_FFFF_FFFEul));
        Unsigned(
            ref report, 0x1234_5678_9ABC_DEF0, 0x1_0000_0000,
            0x1234_5678_9ABC_DEF0ul / 0x1_0000_0000ul, 0x1234_5678_9ABC_DEF0ul % 0x1_0000_0000ul,
            unchecked(0x1234_5678_9ABC_DEF0ul * 0x1_0000_0000ul));
        Unsigned(
            ref report, 0x1234_5678_9ABC_DEF0, 0xFFFF_FFFF,
            0x1234_5678_9ABC_DEF0ul / 0xFFFF_FFFFul, 0x1234_5678_9ABC_DEF0ul % 0xFFFF_FFFFul,
            unchecked(0x1234_5678_9ABC_DEF0ul * 0xFFFF_FFFFul));
        Unsigned(
            ref report, 0x1234_5678_9ABC_DEF0, 7,
            0x1234_5678_9ABC_DEF0ul / 7ul, 0x1234_5678_9ABC_DEF0ul % 7ul, unchecked(0x1234_5678_9ABC_DEF0ul * 7ul));
        Unsigned(
            ref report, 5, 0x1_0000_0001,
            5ul / 0x1_0000_0001ul, 5ul % 0x1_0000_0001ul, unchecked(5ul * 0x1_0000_0001ul));
        Unsigned(ref report, 0, 3, 0ul / 3ul, 0ul % 3ul, unchecked(0ul * 3ul));
        Unsigned(
            ref report, 0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF,
            0x8000_0000_0000_0000ul / 0x7FFF_FFFF_FFFF_FFFFul, 0x8000_0000_0000_0000ul % 0x7FFF_FFFF_FFFF_FFFFul,
            unchecked(0x8000_0000_0000_0000ul * 0x7FFF_FFFF_FFFF_FFFFul));
        Unsigned(
            ref report, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF,
            0xFFFF_FFFF_0000_0000ul / 0xFFFF_FFFFul, 0xFFFF_FFFF_0000_0000ul % 0xFFFF_FFFFul,
            unchecked(0xFFFF_FFFF_0000_0000ul * 0xFFFF_FFFFul));
        Unsigned(ref report, 1000, 10, 1000ul / 10ul, 1000ul % 10ul, unchecked(1000ul * 10ul));
    }

    private static void Unsigned<TReport>(
        ref TReport report, ulong left, ulong right, ulong quotient, ulong remainder, ulong product)
        where TReport : struct, ICaseReport
    {
        left = Opaque.Of(left);
        right = Opaque.Of(right);
        report.Check("u64 quotient"u8, quotient, left / right);
        report.Check("u64 remainder"u8, remainder, left % right);
        report.Check("u64 product"u8, product, unchecked(left * right));
    }

    private static void Signed64<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Signed(ref report, long.MinValue, 1, long.MinValue / 1L, long.MinValue % 1L, unchecked(long.MinValue * 1L));
        Signed(
            ref report, long.MinValue, long.MaxValue,
            long.MinValue / long.MaxValue, long.MinValue % long.MaxValue, unchecked(long.MinValue * long.MaxValue));
        Signed(ref report, long.MinValue, 2, long.MinValue / 2L, long.MinValue % 2L, unchecked(long.MinValue * 2L));
        Signed(ref report, long.MaxValue, -1, long.MaxValue / -1L, long.MaxValue % -1L, unchecked(long.MaxValue * -1L));
        Signed(ref report, -7, 2, -7L / 2L, -7L % 2L, unchecked(-7L * 2L));
        Signed(ref report, 7, -2, 7L / -2L, 7L % -2L, unchecked(7L * -2L));
        Signed(ref report, -7, -2, -7L / -2L, -7L % -2L, unchecked(-7L * -2L));
        Signed(
            ref report, -1, 0x1_0000_0000,
            -1L / 0x1_0000_0000L, -1L % 0x1_0000_0000L, unchecked(-1L * 0x1_0000_0000L));
        Signed(
            ref report, -0x1234_5678_9ABC, 0x1_0001,
            -0x1234_5678_9ABCL / 0x1_0001L, -0x1234_5678_9ABCL % 0x1_0001L, unchecked(-0x1234_5678_9ABCL * 0x1_0001L));
        Signed(ref report, 0, -5, 0L / -5L, 0L % -5L, unchecked(0L * -5L));
    }

    private static void Signed<TReport>(
        ref TReport report, long left, long right, long quotient, long remainder, long product)
        where TReport : struct, ICaseReport
    {
        left = Opaque.Of(left);
        right = Opaque.Of(right);
        report.Check("i64 quotient"u8, unchecked((ulong)quotient), unchecked((ulong)(left / right)));
        report.Check("i64 remainder"u8, unchecked((ulong)remainder), unchecked((ulong)(left % right)));
        report.Check("i64 product"u8, unchecked((ulong)product), unchecked((ulong)(left * right)));
    }

    private static void Signed32<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        Signed(ref report, int.MinValue, 1, int.MinValue / 1, int.MinValue % 1);
        Signed(ref report, int.MinValue, 2, int.MinValue / 2, int.MinValue % 2);
        Signed(ref report, int.MaxValue, -1, int.MaxValue / -1, int.MaxValue % -1);
        Signed(ref report, -7, 2, -7 / 2, -7 % 2);
        Signed(ref report, 7, -2, 7 / -2, 7 % -2);
        Signed(ref report, -7, -2, -7 / -2, -7 % -2);
        Signed(ref report, 0, -5, 0 / -5, 0 % -5);
        Signed(ref report, int.MinValue, int.MinValue, int.MinValue / int.MinValue, int.MinValue % int.MinValue);
        report.Check("u32 quotient"u8, 0xFFFF_FFFF / 3, Opaque.Of(0xFFFF_FFFF) / Opaque.Of(3u));
        report.Check("u32 remainder"u8, 0xFFFF_FFFE % 3, Opaque.Of(0xFFFF_FFFE) % Opaque.Of(3u));
    }

    private static void Signed<TReport>(ref TReport report, int left, int right, int quotient, int remainder)
        where TReport : struct, ICaseReport
    {
        left = Opaque.Of(left);
        right = Opaque.Of(right);
        report.Check("i32 quotient"u8, unchecked((uint)quotient), unchecked((uint)(left / right)));
        report.Check("i32 remainder"u8, unchecked((uint)remainder), unchecked((uint)(left % right)));
    }

    private static void Shifts<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        const ulong Bits = 0x8123_4567_89AB_CDEF;
        Shift(ref report, 0, Bits << 0, Bits >> 0, unchecked((long)Bits) >> 0);
        Shift(ref report, 1, Bits << 1, Bits >> 1, unchecked((long)Bits) >> 1);
        Shift(ref report, 31, Bits << 31, Bits >> 31, unchecked((long)Bits) >> 31);
        Shift(ref report, 32, Bits << 32, Bits >> 32, unchecked((long)Bits) >> 32);
        Shift(ref report, 33, Bits << 33, Bits >> 33, unchecked((long)Bits) >> 33);
        Shift(ref report, 63, Bits << 63, Bits >> 63, unchecked((long)Bits) >> 63);
    }

    private static void Shift<TReport>(ref TReport report, int count, ulong left, ulong right, long signed)
        where TReport : struct, ICaseReport
    {
        ulong bits = Opaque.Of(0x8123_4567_89AB_CDEF);
        count = Opaque.Of(count);
        report.Check("shift left"u8, left, bits << count);
        report.Check("shift right"u8, right, bits >> count);
        report.Check("shift right with the sign"u8, unchecked((ulong)signed), unchecked((ulong)((long)bits >> count)));
        report.Check("shift by a count beyond 63"u8, left, bits << (count + 64));
    }

    private static void Checked<TReport>(ref TReport report)
        where TReport : struct, ICaseReport
    {
        report.Check("checked u64 product"u8, 0xFFFF_FFFE_0000_0001, checked(Opaque.Of(0xFFFF_FFFFul) * 0xFFFF_FFFF));
        report.Check(
            "checked i64 product"u8,
            1ul << 63, unchecked((ulong)checked(Opaque.Of(1L << 62) * Opaque.Of(-2L))));
        report.Check("checked sum"u8, uint.MaxValue, checked(Opaque.Of(uint.MaxValue - 1) + 1));
        report.Check("checked narrowing"u8, 255, checked((byte)Opaque.Of(255)));
        report.Check("smaller"u8, 3, Math.Min(Opaque.Of(3u), Opaque.Of(4u)));
        report.Check("larger"u8, 4, (ulong)Math.Max(Opaque.Of(-3), Opaque.Of(4)));
    }
}
