// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Qemu;

/// <summary>struct pollfd: 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int Descriptor;
    internal short Events;
    internal short Returned;
}
