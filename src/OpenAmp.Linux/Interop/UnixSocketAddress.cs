// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct sockaddr_un: 110 bytes, the path ends with a zero byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct UnixSocketAddress
{
    /// <summary>The longest path in bytes, without its zero byte.</summary>
    internal const int MaxPathBytes = PathCapacityBytes - 1;

    internal const int SizeBytes = 2 + PathCapacityBytes;
    private const int PathCapacityBytes = 108;

    internal ushort Family;
    internal fixed byte Path[PathCapacityBytes];
}
