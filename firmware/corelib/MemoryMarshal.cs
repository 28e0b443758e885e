// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System.Runtime.InteropServices;

public static unsafe class MemoryMarshal
{
    public static ref T GetReference<T>(Span<T> span) => ref span._reference;

    public static ref T GetReference<T>(ReadOnlySpan<T> span) => ref span._reference;

    public static Span<T> CreateSpan<T>(scoped ref T reference, int length)
        => new(ref Unsafe.AsRef(in reference), length);

    public static ReadOnlySpan<T> CreateReadOnlySpan<T>(scoped ref readonly T reference, int length)
        => new(ref Unsafe.AsRef(in reference), length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> AsBytes<T>(Span<T> span)
        where T : struct
        => new(ref Unsafe.As<T, byte>(ref span._reference), checked(span.Length * Unsafe.SizeOf<T>()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> AsBytes<T>(ReadOnlySpan<T> span)
        where T : struct
        => new(ref Unsafe.As<T, byte>(ref span._reference), checked(span.Length * Unsafe.SizeOf<T>()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(ReadOnlySpan<byte> source)
        where T : struct
    {
        if ((uint)Unsafe.SizeOf<T>() > (uint)source.Length)
        {
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        return Unsafe.ReadUnaligned<T>(ref source._reference);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead<T>(ReadOnlySpan<byte> source, out T value)
        where T : struct
    {
        if ((uint)Unsafe.SizeOf<T>() > (uint)source.Length)
        {
            value = default;
            return false;
        }

        value = Unsafe.ReadUnaligned<T>(ref source._reference);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(Span<byte> destination, in T value)
        where T : struct
    {
        if ((uint)Unsafe.SizeOf<T>() > (uint)destination.Length)
        {
            ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        Unsafe.WriteUnaligned(ref destination._reference, value);
    }
}
