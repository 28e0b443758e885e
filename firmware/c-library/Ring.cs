// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.CLibrary;

/// <summary>openamp_ring of openamp.h.</summary>
internal struct Ring
{
#pragma warning disable CS0649 // C fills it in.
    public ulong DeviceAddress;
    public uint AlignmentBytes;
    public uint EntryCount;
    public uint NotifyId;
#pragma warning restore CS0649
}
