// SPDX-License-Identifier: BSD-3-Clause

namespace System.Runtime.CompilerServices;

public static class RuntimeHelpers
{
    /// <summary>A constant table as a span over the program's own bytes. The compiler writes it in place.</summary>
    [Intrinsic]
    public static ReadOnlySpan<T> CreateSpan<T>(RuntimeFieldHandle field) => CreateSpan<T>(field);

    [Intrinsic]
    public static bool IsReferenceOrContainsReferences<T>()
        where T : allows ref struct
        => IsReferenceOrContainsReferences<T>();

    internal static bool ReferenceEquals(object? left, object? right) => left == right;
}
