// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

public static class BitConverter
{
    public static readonly bool IsLittleEndian = true;
}

/// <summary>Smaller and larger; and the divisions that the compiler for arm calls by name. Those are assembler: a
/// divisor of zero goes to <c>openamp_panic</c>.</summary>
public static class Math
{
    public static int Min(int left, int right) => left <= right ? left : right;

    public static uint Min(uint left, uint right) => left <= right ? left : right;

    public static ulong Min(ulong left, ulong right) => left <= right ? left : right;

    public static int Max(int left, int right) => left >= right ? left : right;

    public static uint Max(uint left, uint right) => left >= right ? left : right;

    public static ulong Max(ulong left, ulong right) => left >= right ? left : right;

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_div32")]
    internal static extern int DivInt32(int dividend, int divisor);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_udiv32")]
    internal static extern uint DivUInt32(uint dividend, uint divisor);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_mod32")]
    internal static extern int ModInt32(int dividend, int divisor);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_umod32")]
    internal static extern uint ModUInt32(uint dividend, uint divisor);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_div64")]
    internal static extern long DivInt64(long dividend, long divisor);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_udiv64")]
    internal static extern ulong DivUInt64(ulong dividend, ulong divisor);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_mod64")]
    internal static extern long ModInt64(long dividend, long divisor);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_umod64")]
    internal static extern ulong ModUInt64(ulong dividend, ulong divisor);

    internal static long MultiplyChecked(long left, long right)
    {
        bool isNegative = (left ^ right) < 0;
        ulong product = MultiplyChecked(Magnitude(left), Magnitude(right));
        if (product > (isNegative ? 1ul << 63 : long.MaxValue))
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowOverflowException();
        }

        return isNegative ? -(long)product : (long)product;
    }

    internal static ulong MultiplyChecked(ulong left, ulong right)
    {
        // Halves: at most one of the high ones is not zero, or the product has more than 64 bits.
        uint leftHigh = (uint)(left >> 32);
        uint rightHigh = (uint)(right >> 32);
        ulong crossed = (ulong)leftHigh * (uint)right + (ulong)rightHigh * (uint)left;
        ulong low = (ulong)(uint)left * (uint)right;
        ulong high = crossed + (low >> 32);
        if ((leftHigh != 0 && rightHigh != 0) || (high >> 32) != 0)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowOverflowException();
        }

        return (high << 32) | (uint)low;
    }

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_floating_point")]
    internal static extern int ConvertToInt32Checked(double value);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_floating_point")]
    internal static extern uint ConvertToUInt32Checked(double value);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_floating_point")]
    internal static extern long ConvertToInt64Checked(double value);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_floating_point")]
    internal static extern ulong ConvertToUInt64Checked(double value);

    private static ulong Magnitude(long value) => value < 0 ? (ulong)-value : (ulong)value;
}

public struct ValueTuple<T1, T2>(T1 item1, T2 item2)
{
    public T1 Item1 = item1;
    public T2 Item2 = item2;
}

public struct ValueTuple<T1, T2, T3>(T1 item1, T2 item2, T3 item3)
{
    public T1 Item1 = item1;
    public T2 Item2 = item2;
    public T3 Item3 = item3;
}

/// <summary>Text and bytes compared. For the pattern <c>name.SequenceEqual("echo"u8)</c>.</summary>
public static class MemoryExtensions
{
    public static bool SequenceEqual<T>(this ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : IEquatable<T>
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (!left[i].Equals(right[i]))
            {
                return false;
            }
        }

        return true;
    }
}

internal static class Buffer
{
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_error_object_reference_copy")]
    internal static extern void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint lengthBytes);
}
