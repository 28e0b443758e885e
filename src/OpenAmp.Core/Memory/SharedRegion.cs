// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Memory;

/// <summary>A contiguous piece of memory that this side and its peer both see, and its device address.</summary>
/// <remarks>
/// <para>To hold a pointer that <see cref="TryTranslate"/> gave is to know that the whole range lay inside the region.
/// It does not tell that the region is still mapped: that is the owner's promise.</para>
/// <para>The bytes change under the reader's eyes. Copy once, validate the copy, use the copy.</para>
/// </remarks>
public readonly unsafe struct SharedRegion
{
    private readonly byte* _start;
    private readonly ulong _lengthBytes;

    /// <summary>Describes memory that is mapped already. Allocates nothing.</summary>
    /// <param name="start">First byte as this process sees it.</param>
    /// <param name="lengthBytes">Length in bytes.</param>
    /// <param name="address">Device address of the first byte.</param>
    /// <remarks>Safety: the caller keeps the range mapped and writable while the region or any pointer from it is
    /// in use.</remarks>
    public SharedRegion(byte* start, ulong lengthBytes, DeviceAddress address)
    {
        _start = start;
        _lengthBytes = lengthBytes;
        Address = address;
    }

    /// <summary>Device address of the first byte.</summary>
    public DeviceAddress Address { get; }

    /// <summary>Length in bytes.</summary>
    public ulong LengthBytes => _lengthBytes;

    /// <summary>First byte as this process sees it.</summary>
    public byte* Start => _start;

    /// <summary>Finds where a range of device addresses is mapped. Allocates nothing, reads no shared memory.</summary>
    /// <param name="address">Device address of the first byte of the range.</param>
    /// <param name="lengthBytes">Length of the range in bytes; zero is a valid length.</param>
    /// <param name="pointer">Where the range starts in this process.</param>
    /// <returns><see langword="false"/> when any byte of the range lies outside the region.</returns>
    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        // An address below the region wraps to a huge offset, so one unsigned comparison refuses both ends.
        ulong offset = unchecked(address.Value - Address.Value);
        if (offset > _lengthBytes || lengthBytes > _lengthBytes - offset)
        {
            pointer = null;
            return false;
        }

        pointer = _start + (nuint)offset;
        return true;
    }
}
