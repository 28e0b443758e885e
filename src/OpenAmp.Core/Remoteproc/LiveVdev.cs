// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device's entry in the shared resource table, while the link is up: its registers.</summary>
/// <remarks>
/// <para>To hold one that was created is to know that the entry lies within the shared memory, aligned,
/// with as many vrings and as much configuration space as its copy had when it was checked. Those numbers are kept
/// here and never read again, whatever the other side writes over them.</para>
/// <para>It works alike over both versions of the table. Version 2 has 64-bit features and addresses, which are moved
/// as two words each: they are settled once the side that wrote them has set its status bit, and not before.</para>
/// <para>The driver writes status, features, addresses and notify ids; the device reads them, and may set
/// <see cref="VirtioStatus.NeedsReset"/>. The device writes the configuration space.</para>
/// <para>Each access is one load or store of its width. Reads acquire and writes release: who reads
/// <see cref="VirtioStatus.DriverOk"/> then reads the features and addresses written before it. Nothing here
/// allocates, blocks or notifies: the caller kicks.</para>
/// <para>Safety: whoever made the region keeps it mapped while this is in use.</para>
/// </remarks>
public readonly unsafe struct LiveVdev
{
    private readonly byte* _entry;

    // Whether the entry is laid out as version 2 says.
    private readonly bool _isWide;

    private LiveVdev(byte* entry, bool isWide, int vringCount, uint configLengthBytes)
    {
        _entry = entry;
        _isWide = isWide;
        VringCount = vringCount;
        ConfigLengthBytes = configLengthBytes;
    }

    /// <summary>Number of vrings.</summary>
    public int VringCount { get; }

    /// <summary>Length of the configuration space, in bytes.</summary>
    public uint ConfigLengthBytes { get; }

    /// <summary>Finds the shared entry of a device that was checked in a copy of its table.</summary>
    /// <param name="table">The shared table, from its first byte.</param>
    /// <param name="vdev">The device, read from a copy of that table.</param>
    /// <param name="live">Its registers.</param>
    /// <returns><see langword="false"/> when the entry reaches past the region, or is not aligned to 4 bytes in this
    /// process, or <paramref name="vdev"/> was never read.</returns>
    public static bool TryCreate(in SharedRegion table, ResourceVdev vdev, out LiveVdev live)
    {
        live = default;
        if (!LiveEntry.TryLocate(table, vdev.OffsetBytes, vdev.LengthBytes, out byte* entry))
        {
            return false;
        }

        live = new LiveVdev(entry, false, vdev.VringCount, (uint)vdev.ConfigSpace.Length);
        return true;
    }

    /// <summary>Finds the shared item of a device that was checked in a copy of its version 2 table.</summary>
    /// <param name="table">The shared table, from its first byte.</param>
    /// <param name="vdev">The device, read from a copy of that table.</param>
    /// <param name="live">Its registers.</param>
    /// <returns><see langword="false"/> when the item reaches past the region, or is not aligned to 4 bytes in this
    /// process, or <paramref name="vdev"/> was never read.</returns>
    public static bool TryCreate(in SharedRegion table, ResourceItemVdev vdev, out LiveVdev live)
    {
        live = default;
        if (!LiveEntry.TryLocate(table, vdev.OffsetBytes, vdev.LengthBytes, out byte* entry))
        {
            return false;
        }

        live = new LiveVdev(entry, true, vdev.VringCount, (uint)vdev.ConfigSpace.Length);
        return true;
    }

    /// <summary>Reads the device status.</summary>
    /// <returns>The bits the two sides have set; unknown bits are kept.</returns>
    public VirtioStatus ReadStatus() => (VirtioStatus)Status->Read();

    /// <summary>Writes the device status, after everything written before it.</summary>
    /// <param name="status">The new bits, all of them: the byte has no set and clear of its own.</param>
    public void WriteStatus(VirtioStatus status) => Status->Write((byte)status);

    /// <summary>Reads the features the driver accepts (gfeatures).</summary>
    /// <returns>Whatever the other side wrote: a device takes what is in what it offered, and no more.</returns>
    public VirtioFeatures ReadDriverFeatures()
        => new(_isWide ? ReadWide(VdevItem.DriverFeaturesOffset) : WordAt(VdevEntry.DriverFeaturesOffset)->Read());

    /// <summary>Writes the features the driver accepts (gfeatures).</summary>
    /// <param name="features">Features 0 to 31; to 63 in a version 2 table.</param>
    /// <returns><see langword="false"/> when the set holds a feature that a version 1 table has no room for; nothing is
    /// written then.</returns>
    public bool TryWriteDriverFeatures(VirtioFeatures features)
    {
        if (_isWide)
        {
            WriteWide(VdevItem.DriverFeaturesOffset, features.Bits);
            return true;
        }

        if (features.High32 != 0)
        {
            return false;
        }

        WordAt(VdevEntry.DriverFeaturesOffset)->Write(features.Low32);
        return true;
    }

    /// <summary>Reads where the device's buffers lie, and how many there are: the host may have written it after the
    /// table was copied.</summary>
    /// <param name="buffers">The region and the sizes; translate the address before use.</param>
    /// <returns><see langword="false"/> in a version 1 table, which has no word for it.</returns>
    public bool TryReadBuffers(out VdevBufferLayout buffers)
    {
        buffers = default;
        if (_isWide)
        {
            VdevBufferLayout copy = default;
            SharedBytes.CopyOut(
                _entry + VdevItem.BuffersOffset,
                new Span<byte>(&copy, VdevBufferLayout.SizeBytes));
            buffers = copy;
        }

        return _isWide;
    }

    /// <summary>Writes where the device's buffers lie, and how many there are.</summary>
    /// <param name="buffers">What the host chose.</param>
    /// <returns><see langword="false"/> in a version 1 table; nothing is written then.</returns>
    public bool TryWriteBuffers(VdevBufferLayout buffers)
    {
        if (_isWide)
        {
            SharedBytes.CopyIn(
                new ReadOnlySpan<byte>(&buffers, VdevBufferLayout.SizeBytes),
                _entry + VdevItem.BuffersOffset);
        }

        return _isWide;
    }

    /// <summary>Reads a vring's device address: the host may have written it after the table was copied.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="address">The address, or <see cref="ResourceAddress.Any64"/> whatever the table's version;
    /// translate it before use.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryReadVringAddress(int vringIndex, out ulong address)
    {
        address = 0;
        if (!HasVring(vringIndex))
        {
            return false;
        }

        uint at = VringOffset(vringIndex);
        address = _isWide ? ReadWide(at) : Widen(WordAt(at)->Read());
        return true;
    }

    /// <summary>Writes a vring's device address back.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="address">The address the host chose, or <see cref="ResourceAddress.Any64"/>.</param>
    /// <returns><see langword="false"/> when the device has no such vring, or a version 1 table has no room for the
    /// address; nothing is written then.</returns>
    public bool TryWriteVringAddress(int vringIndex, ulong address)
    {
        bool fits = _isWide || address < ResourceAddress.Any || address == ResourceAddress.Any64;
        if (!HasVring(vringIndex) || !fits)
        {
            return false;
        }

        uint at = VringOffset(vringIndex);
        if (_isWide)
        {
            WriteWide(at, address);
        }
        else
        {
            WordAt(at)->Write(unchecked((uint)address));
        }

        return true;
    }

    /// <summary>Reads a vring's notify id.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="notifyId">The id, or <see cref="NotifyId.Any"/>.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryReadVringNotifyId(int vringIndex, out uint notifyId)
    {
        bool found = HasVring(vringIndex);
        notifyId = found ? NotifyIdOf(vringIndex)->Read() : 0;
        return found;
    }

    /// <summary>Writes a vring's notify id back.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="notifyId">The id the host chose.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryWriteVringNotifyId(int vringIndex, uint notifyId)
    {
        bool found = HasVring(vringIndex);
        if (found)
        {
            NotifyIdOf(vringIndex)->Write(notifyId);
        }

        return found;
    }

    /// <summary>Copies bytes out of the configuration space.</summary>
    /// <param name="offsetBytes">First byte, from the start of the configuration space.</param>
    /// <param name="destination">Takes as many bytes as it is long.</param>
    /// <returns><see langword="false"/> when the range reaches past the configuration space; nothing is copied
    /// then.</returns>
    /// <remarks>An aligned 32-bit field is read whole; a wider or narrower one may be read half old, half
    /// new.</remarks>
    public bool TryReadConfig(uint offsetBytes, Span<byte> destination)
    {
        if (!IsInConfig(offsetBytes, destination.Length))
        {
            return false;
        }

        // SAFETY: the range lies in the configuration space, which TryCreate found inside the region.
        SharedBytes.CopyOut(ConfigSpace + offsetBytes, destination);
        return true;
    }

    /// <summary>Copies bytes into the configuration space.</summary>
    /// <param name="offsetBytes">First byte, from the start of the configuration space.</param>
    /// <param name="source">The bytes.</param>
    /// <returns><see langword="false"/> when the range reaches past the configuration space; nothing is written
    /// then.</returns>
    /// <remarks>An aligned 32-bit field is written whole; the other side may see a wider or narrower one half old, half
    /// new.</remarks>
    public bool TryWriteConfig(uint offsetBytes, ReadOnlySpan<byte> source)
    {
        if (!IsInConfig(offsetBytes, source.Length))
        {
            return false;
        }

        // SAFETY: the range lies in the configuration space, which TryCreate found inside the region.
        SharedBytes.CopyIn(source, ConfigSpace + offsetBytes);
        return true;
    }

    // SAFETY of these: the offsets are of fields of the entry, which TryCreate found inside the region.
    private SharedByte* Status
        => (SharedByte*)(_entry + (_isWide ? VdevItem.StatusOffset : VdevEntry.StatusOffset));

    private byte* ConfigSpace => _entry + VringOffset(VringCount);

    private SharedWord* NotifyIdOf(int vringIndex)
        => WordAt(VringOffset(vringIndex) + (_isWide ? VringItem.NotifyIdOffset : VringEntry.NotifyIdOffset));

    private SharedWord* WordAt(uint fieldOffset) => (SharedWord*)(_entry + fieldOffset);

    private ulong ReadWide(uint fieldOffset)
        => WordAt(fieldOffset)->Read() | ((ulong)WordAt(fieldOffset + sizeof(uint))->Read() << 32);

    private void WriteWide(uint fieldOffset, ulong value)
    {
        WordAt(fieldOffset)->Write(unchecked((uint)value));
        WordAt(fieldOffset + sizeof(uint))->Write((uint)(value >> 32));
    }

    private uint VringOffset(int index)
        => _isWide ? ResourceItemVdev.VringOffset(0, index) : ResourceVdev.VringOffset(0, index);

    private static ulong Widen(uint address) => address == ResourceAddress.Any ? ResourceAddress.Any64 : address;

    private bool HasVring(int index) => index >= 0 && index < VringCount;

    private bool IsInConfig(uint offsetBytes, int lengthBytes)
        => offsetBytes <= ConfigLengthBytes && (uint)lengthBytes <= ConfigLengthBytes - offsetBytes;
}
