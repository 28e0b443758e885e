// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.CLibrary;

/// <summary>openamp_window of openamp.h.</summary>
internal unsafe struct Window
{
#pragma warning disable CS0649 // C fills it in.
    public ulong DeviceAddress;
    public ulong LengthBytes;
    public byte* Start;
#pragma warning restore CS0649
}
