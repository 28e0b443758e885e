// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device; its <see cref="VringEntry"/> array and then its configuration space follow it.</summary>
/// <remarks>
/// <para>struct fw_rsc_vdev with its type word. 28 bytes, little-endian. The firmware's author writes it.</para>
/// <para>While the link is up the table is shared, and the entry is the device's status and feature registers: go
/// through <see cref="LiveVdev"/> then. This type is a copy.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct VdevEntry
{
    /// <summary>Size of the entry without vrings and configuration space, in bytes.</summary>
    public const int SizeBytes = 28;

    /// <summary>Most vrings this library accepts in one device and in one table: as many as the C reference has
    /// notify ids.</summary>
    public const int MaxVringCount = 64;

    /// <summary>The <see cref="DeviceId"/> of RPMsg (VIRTIO_ID_RPMSG).</summary>
    public const uint RpmsgDeviceId = 7;

    internal const uint DriverFeaturesOffset = 16;
    internal const uint ConfigLengthOffset = 20;
    internal const uint StatusOffset = 24;
    internal const uint VringCountOffset = 25;
    internal const uint ReservedOffset = 26;

    /// <summary><see cref="ResourceType.Vdev"/>; the writer sets it.</summary>
    public ResourceType Type;

    /// <summary>Which kind of virtio device it is: VIRTIO 1.3, chapter 5 (id).</summary>
    public uint DeviceId;

    /// <summary>Id of notifications about status, features and configuration, or <see cref="NotifyId.Any"/>
    /// (notifyid). Tables in the field repeat a vring's id here.</summary>
    public uint NotifyId;

    /// <summary>Features 0 to 31 the device offers (dfeatures).</summary>
    public uint DeviceFeatures;

    /// <summary>Features 0 to 31 the driver accepts; zero in an image (gfeatures).</summary>
    public uint DriverFeatures;

    /// <summary>Length of the configuration space, in bytes (config_len); the writer sets it.</summary>
    public uint ConfigLengthBytes;

    /// <summary>Device status; zero in an image (status).</summary>
    public VirtioStatus Status;

    /// <summary>Number of vrings that follow (num_of_vrings); the writer sets it.</summary>
    public byte VringCount;

    /// <summary>Zero (reserved[0]).</summary>
    public byte Reserved0;

    /// <summary>Zero (reserved[1]).</summary>
    public byte Reserved1;
}
