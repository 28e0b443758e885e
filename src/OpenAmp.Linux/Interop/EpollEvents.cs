// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;

namespace OpenAmp.Linux;

/// <summary>An array of struct epoll_event: 12 bytes each on x64, where the structure is packed, and 16 on arm64.
/// </summary>
internal readonly unsafe struct EpollEvents(byte* start)
{
    /// <summary>What one event takes at most.</summary>
    internal const int MaxSizeBytes = 16;

    private static int StrideBytes => Interop.PerArchitecture(x64: 12, arm64: 16);

    private static int KeyOffsetBytes => Interop.PerArchitecture(x64: 4, arm64: 8);

    internal uint Mask(int index) => Unsafe.ReadUnaligned<uint>(start + (index * StrideBytes));

    internal ulong Key(int index) => Unsafe.ReadUnaligned<ulong>(start + (index * StrideBytes) + KeyOffsetBytes);

    internal void Set(uint mask, ulong key)
    {
        Unsafe.WriteUnaligned(start, mask);
        Unsafe.WriteUnaligned(start + KeyOffsetBytes, key);
    }
}
