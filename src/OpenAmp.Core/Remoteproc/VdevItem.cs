// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>Version 2 of a virtio device; its <see cref="VringItem"/> array and then its configuration space follow
/// it.</summary>
/// <remarks>
/// <para>80 bytes, little-endian. The firmware's author writes it; the host writes ids, addresses and sizes it
/// chose back before it sets <see cref="VirtioStatus.DriverOk"/>.</para>
/// <para>While the link is up the table is shared, and the item is the device's status and feature registers: go
/// through <see cref="LiveVdev"/> then. This type is a copy.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct VdevItem
{
    /// <summary>Size of the item without vrings and configuration space, in bytes.</summary>
    public const int SizeBytes = 80;

    internal const uint DriverFeaturesOffset = 32;
    internal const uint ConfigLengthOffset = 40;
    internal const uint StatusOffset = 44;
    internal const uint VringCountOffset = 45;
    internal const uint ReservedOffset = 46;
    internal const uint BuffersOffset = 48;

    /// <summary>Head; the writer sets all of it but the priority.</summary>
    public ResourceItemHead Head;

    /// <summary>Which kind of virtio device it is: VIRTIO 1.3, chapter 5.</summary>
    public uint DeviceId;

    /// <summary>Id of notifications about status, features and configuration, or
    /// <see cref="OpenAmp.Remoteproc.NotifyId.Any"/>.</summary>
    public uint NotifyId;

    /// <summary>Features the device offers, bit n being feature n.</summary>
    public ulong DeviceFeatures;

    /// <summary>Features the driver accepts; zero in an image.</summary>
    public ulong DriverFeatures;

    /// <summary>Length of the configuration space, in bytes; the writer sets it.</summary>
    public uint ConfigLengthBytes;

    /// <summary>Device status; zero in an image.</summary>
    public VirtioStatus Status;

    /// <summary>Number of vrings that follow; the writer sets it.</summary>
    public byte VringCount;

    /// <summary>Zero.</summary>
    public ushort Reserved;

    /// <summary>Where the buffers lie, and how many of which size each direction has.</summary>
    public VdevBufferLayout Buffers;
}
