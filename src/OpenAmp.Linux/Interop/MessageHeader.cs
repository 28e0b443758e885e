// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct msghdr of the kernel on 64-bit: 56 bytes, the length words 64 bits wide.</summary>
/// <remarks>musl declares two of the lengths as 32 bits followed by padding; little-endian, small values and zeroed
/// padding make both readings equal.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    internal void* Name;
    internal ulong NameLength;
    internal MessagePart* Parts;
    internal ulong PartCount;
    internal byte* Control;
    internal ulong ControlLength;
    internal int Flags;
}
