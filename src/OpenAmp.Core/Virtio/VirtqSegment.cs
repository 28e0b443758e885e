// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Virtio;

/// <summary>One buffer of a chain: where it is, how long, and who writes it.</summary>
public readonly struct VirtqSegment
{
    /// <summary>Describes a buffer. Nothing is checked.</summary>
    /// <param name="address">Device address.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <param name="deviceWrites">Whether the device writes it.</param>
    public VirtqSegment(DeviceAddress address, uint lengthBytes, bool deviceWrites)
    {
        Address = address;
        LengthBytes = lengthBytes;
        DeviceWrites = deviceWrites;
    }

    /// <summary>Device address.</summary>
    public DeviceAddress Address { get; }

    /// <summary>Length in bytes.</summary>
    public uint LengthBytes { get; }

    /// <summary><see langword="true"/> when the device writes it (VIRTQ_DESC_F_WRITE).</summary>
    public bool DeviceWrites { get; }
}
