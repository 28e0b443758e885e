// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime;
using System.Runtime.CompilerServices;

namespace System;

/// <summary>The copies and fills that the compiler also calls for large structs. They are assembler, in native/: all
/// accesses are aligned, so that they are right for device memory too, and small.</summary>
internal static unsafe class SpanHelpers
{
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_memmove")]
    internal static extern void Memmove(ref byte destination, ref byte source, nuint lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_memclear")]
    internal static extern void ClearWithoutReferences(ref byte start, nuint lengthBytes);

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "openamp_memset")]
    internal static extern void Fill(ref byte start, byte value, nuint lengthBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Copy<T>(ref T destination, ref T source, int count)
        => Memmove(
            ref Unsafe.As<T, byte>(ref destination),
            ref Unsafe.As<T, byte>(ref source),
            (nuint)count * (uint)sizeof(T));
}
