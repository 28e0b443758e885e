// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct iovec: one contiguous piece of a message.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessagePart
{
    internal void* Start;
    internal ulong Length;
}
