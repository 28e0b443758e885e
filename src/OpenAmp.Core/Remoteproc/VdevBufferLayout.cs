// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Remoteproc;

/// <summary>Where a virtio device's message buffers lie, and how many of which size each direction has.</summary>
/// <remarks>32 bytes, little-endian, inside a <see cref="VdevItem"/>. The firmware's author writes what it insists on;
/// the host fills in what was left to it.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
public struct VdevBufferLayout
{
    /// <summary>Size of the structure, in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>Device address of the region of all buffers, or <see cref="ResourceAddress.Any64"/>.</summary>
    public ulong Address;

    /// <summary>Length of the region, in bytes; 0 leaves it to the host.</summary>
    public ulong LengthBytes;

    /// <summary>Size of a buffer of messages to the driver, in bytes; 0 leaves it to the host.</summary>
    public uint ToDriverBufferBytes;

    /// <summary>Number of buffers of messages to the driver; 0 leaves it to the host.</summary>
    public uint ToDriverBufferCount;

    /// <summary>Size of a buffer of messages to the device, in bytes; 0 leaves it to the host.</summary>
    public uint ToDeviceBufferBytes;

    /// <summary>Number of buffers of messages to the device; 0 leaves it to the host.</summary>
    public uint ToDeviceBufferCount;
}
