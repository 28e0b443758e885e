// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware;

/// <summary>struct rpmsg_ns_msg: the name in 32 bytes, then these.</summary>
[StructLayout(LayoutKind.Explicit, Size = NameServiceMessage.SizeBytes)]
internal struct Announcement
{
    [FieldOffset(RpmsgName.SizeBytes)]
    public uint Address;

    [FieldOffset(RpmsgName.SizeBytes + sizeof(uint))]
    public uint Flags;
}
