// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct sockaddr_nl: 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkAddress
{
    internal ushort Family;
    internal ushort Padding;
    internal uint Port;
    internal uint Groups;
}
