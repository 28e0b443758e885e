// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.CLibrary;

/// <summary>openamp_message of openamp.h; openamp_buffer is <see cref="RpmsgBuffer"/> itself.</summary>
internal unsafe struct Message
{
    public byte* Payload;
    public uint LengthBytes;
    public uint Source;
    public uint Destination;
    public RpmsgBuffer Buffer;
}
