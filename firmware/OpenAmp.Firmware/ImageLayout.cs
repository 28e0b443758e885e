// SPDX-License-Identifier: BSD-3-Clause

#pragma warning disable CS0649 // Assigned by the start file.
namespace OpenAmp.Firmware;

/// <summary>What the linker decided: the start file fills it in (openamp_image).</summary>
internal unsafe struct ImageLayout
{
    public byte* TraceStart;
    public byte* TraceEnd;
    public byte* WorkspaceStart;
    public byte* WorkspaceEnd;
    public byte* Vdev;
}
