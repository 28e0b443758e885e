// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Atomic changes of 32-bit words: the width that every core here has.</summary>
/// <remarks>The compiler for arm64 knows these methods and writes the instructions in place. The one for arm calls
/// them: there the loop of ldrex and strex is assembler. A method that seems to call itself is the first
/// case.</remarks>
public static unsafe class Interlocked
{
    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CompareExchange(ref int location, int value, int comparand)
        => sizeof(nint) == 8
            ? CompareExchange(ref location, value, comparand)
            : (int)NativeCompareExchange(ref Unsafe.As<int, uint>(ref location), (uint)value, (uint)comparand);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CompareExchange(ref uint location, uint value, uint comparand)
        => (uint)CompareExchange(ref Unsafe.As<uint, int>(ref location), (int)value, (int)comparand);

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Exchange(ref int location, int value)
        => sizeof(nint) == 8
            ? Exchange(ref location, value)
            : (int)NativeExchange(ref Unsafe.As<int, uint>(ref location), (uint)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Exchange(ref uint location, uint value)
        => (uint)Exchange(ref Unsafe.As<uint, int>(ref location), (int)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(ref int location, int value) => ExchangeAdd(ref location, value) + value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(ref uint location, uint value)
        => (uint)Add(ref Unsafe.As<uint, int>(ref location), (int)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Increment(ref int location) => Add(ref location, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Increment(ref uint location) => Add(ref location, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Decrement(ref int location) => Add(ref location, -1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Decrement(ref uint location)
        => (uint)Add(ref Unsafe.As<uint, int>(ref location), -1);

    [Intrinsic]
    public static void MemoryBarrier() => MemoryBarrier();

    [Intrinsic, MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ExchangeAdd(ref int location, int value)
        => sizeof(nint) == 8
            ? ExchangeAdd(ref location, value)
            : (int)NativeAdd(ref Unsafe.As<int, uint>(ref location), (uint)value);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_compare_exchange")]
    private static extern uint NativeCompareExchange(ref uint location, uint value, uint comparand);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_exchange")]
    private static extern uint NativeExchange(ref uint location, uint value);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_exchange_add")]
    private static extern uint NativeAdd(ref uint location, uint value);
}
