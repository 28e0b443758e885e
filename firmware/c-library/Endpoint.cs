// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.CLibrary;

/// <summary>openamp_endpoint of openamp.h, in the C firmware's memory.</summary>
internal unsafe struct Endpoint
{
    public Remote* Remote;
    public void* OnMessage;
    public void* Context;
    public uint Address;
}
