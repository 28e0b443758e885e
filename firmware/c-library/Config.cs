// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.CLibrary;

/// <summary>openamp_config of openamp.h: the C firmware owns it and this side only reads it.</summary>
internal unsafe struct Config
{
#pragma warning disable CS0649 // C fills it in.
    public uint Abi;
    public uint Flags;
    public byte* Vdev;
    public Ring* Rings;
    public byte* Status;
    public byte* Workspace;
    public uint WorkspaceBytes;
    public uint EndpointCount;
    public uint FirstAddress;
    public uint WindowCount;
    public Window* Windows;
    public void* Context;
    public void* Notify;
    public void* Translate;
    public void* Clean;
    public void* Invalidate;
    public void* Wait;
    public void* Announced;
#pragma warning restore CS0649
}
