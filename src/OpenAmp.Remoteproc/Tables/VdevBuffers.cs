// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>Where a virtio device's message buffers lie, and how many of which size each direction has. Version 2
/// only.</summary>
/// <remarks>Zero in a size or a number leaves it to the host, which writes what it chose back.</remarks>
public sealed class VdevBuffers
{
    private readonly VdevResource _vdev;

    internal VdevBuffers(VdevResource vdev) => _vdev = vdev;

    /// <summary>Device address of the region that holds all buffers, or <see cref="ResourceAddress.Any64"/>.</summary>
    public ulong Address
    {
        get => _vdev.ReadBufferWide(48);
        set => _vdev.WriteBufferWide(48, value);
    }

    /// <summary>Length of the region in bytes; 0 leaves it to the host.</summary>
    public ulong LengthBytes
    {
        get => _vdev.ReadBufferWide(56);
        set => _vdev.WriteBufferWide(56, value);
    }

    /// <summary>Size of a buffer of messages to the driver, in bytes; 0 leaves it to the host.</summary>
    public uint ToDriverBufferBytes
    {
        get => _vdev.ReadBufferWord(64);
        set => _vdev.WriteBufferWord(64, value);
    }

    /// <summary>Number of buffers of messages to the driver; 0 leaves it to the host.</summary>
    public uint ToDriverBufferCount
    {
        get => _vdev.ReadBufferWord(68);
        set => _vdev.WriteBufferWord(68, value);
    }

    /// <summary>Size of a buffer of messages to the device, in bytes; 0 leaves it to the host.</summary>
    public uint ToDeviceBufferBytes
    {
        get => _vdev.ReadBufferWord(72);
        set => _vdev.WriteBufferWord(72, value);
    }

    /// <summary>Number of buffers of messages to the device; 0 leaves it to the host.</summary>
    public uint ToDeviceBufferCount
    {
        get => _vdev.ReadBufferWord(76);
        set => _vdev.WriteBufferWord(76, value);
    }

    /// <summary>Whether the loader chooses the region's device address.</summary>
    public bool IsAnywhere => Address == ResourceAddress.Any64;
}
