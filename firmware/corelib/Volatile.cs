// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Ordered reads and writes. The order is in the volatile fields below: a plain assignment here would compile
/// to a plain store wherever a compiler does not know this type.</summary>
public static class Volatile
{
    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Read(ref readonly bool location)
        => Unsafe.As<bool, OrderedBoolean>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref bool location, bool value)
        => Unsafe.As<bool, OrderedBoolean>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte Read(ref readonly sbyte location)
        => Unsafe.As<sbyte, OrderedSByte>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref sbyte location, sbyte value)
        => Unsafe.As<sbyte, OrderedSByte>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte Read(ref readonly byte location)
        => Unsafe.As<byte, OrderedByte>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref byte location, byte value)
        => Unsafe.As<byte, OrderedByte>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Read(ref readonly short location)
        => Unsafe.As<short, OrderedInt16>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref short location, short value)
        => Unsafe.As<short, OrderedInt16>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Read(ref readonly ushort location)
        => Unsafe.As<ushort, OrderedUInt16>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref ushort location, ushort value)
        => Unsafe.As<ushort, OrderedUInt16>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ref readonly int location)
        => Unsafe.As<int, OrderedInt32>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref int location, int value)
        => Unsafe.As<int, OrderedInt32>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ref readonly uint location)
        => Unsafe.As<uint, OrderedUInt32>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref uint location, uint value)
        => Unsafe.As<uint, OrderedUInt32>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Read(ref readonly nint location)
        => Unsafe.As<nint, OrderedIntPtr>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref nint location, nint value)
        => Unsafe.As<nint, OrderedIntPtr>(ref location).Value = value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint Read(ref readonly nuint location)
        => Unsafe.As<nuint, OrderedUIntPtr>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref nuint location, nuint value)
        => Unsafe.As<nuint, OrderedUIntPtr>(ref location).Value = value;

    private struct OrderedBoolean
    {
        public volatile bool Value;
    }

    private struct OrderedSByte
    {
        public volatile sbyte Value;
    }

    private struct OrderedByte
    {
        public volatile byte Value;
    }

    private struct OrderedInt16
    {
        public volatile short Value;
    }

    private struct OrderedUInt16
    {
        public volatile ushort Value;
    }

    private struct OrderedInt32
    {
        public volatile int Value;
    }

    private struct OrderedUInt32
    {
        public volatile uint Value;
    }

    private struct OrderedIntPtr
    {
        public volatile nint Value;
    }

    private struct OrderedUIntPtr
    {
        public volatile nuint Value;
    }
}
