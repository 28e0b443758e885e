// SPDX-License-Identifier: BSD-3-Clause

#pragma warning disable CS0649 // Assigned by the start file.
namespace OpenAmp.Firmware;

/// <summary>What the linker decided in an image with a version 2 table (openamp_wide_image).</summary>
internal unsafe struct WideImageLayout
{
    public byte* Vdev;
    public byte* LogStart;
    public byte* LogEnd;
}
