// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct cmsghdr of the kernel on 64-bit: 16 bytes, followed by its payload.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ControlHeader
{
    internal ulong Length;
    internal int Level;
    internal int Type;
}
