// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device's entry in the shared resource table, while the link is up: its registers.</summary>
/// <remarks>
/// <para>To hold one from <see cref="TryCreate"/> is to know that the entry lies within the shared memory, aligned,
/// with as many vrings and as much configuration space as its copy had when it was checked. Those numbers are kept
/// here and never read again, whatever the other side writes over them.</para>
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

    private LiveVdev(byte* entry, int vringCount, uint configLengthBytes)
    {
        _entry = entry;
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
        ulong end = (ulong)vdev.OffsetBytes + vdev.LengthBytes;

        // Offset 0 is a table's head, so no entry that was read stands there.
        if (vdev.OffsetBytes == 0 || end > table.LengthBytes)
        {
            return false;
        }

        byte* entry = table.Start + vdev.OffsetBytes;
        if (((nuint)entry & 3) != 0)
        {
            return false;
        }

        live = new LiveVdev(entry, vdev.VringCount, (uint)vdev.ConfigSpace.Length);
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
    public VirtioFeatures ReadDriverFeatures() => new(WordAt(VdevEntry.DriverFeaturesOffset)->Read());

    /// <summary>Writes the features the driver accepts (gfeatures).</summary>
    /// <param name="features">Features 0 to 31.</param>
    /// <returns><see langword="false"/> when the set holds a feature that a version 1 table has no room for; nothing is
    /// written then.</returns>
    public bool TryWriteDriverFeatures(VirtioFeatures features)
    {
        if (features.High32 != 0)
        {
            return false;
        }

        WordAt(VdevEntry.DriverFeaturesOffset)->Write(features.Low32);
        return true;
    }

    /// <summary>Reads a vring's device address: the host may have written it after the table was copied.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="address">The address, or <see cref="ResourceAddress.Any"/>; translate it before use.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryReadVringAddress(int vringIndex, out uint address)
        => TryReadVringWord(vringIndex, VringEntry.AddressOffset, out address);

    /// <summary>Writes a vring's device address back.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="address">The address the host chose.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryWriteVringAddress(int vringIndex, uint address)
        => TryWriteVringWord(vringIndex, VringEntry.AddressOffset, address);

    /// <summary>Reads a vring's notify id.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="notifyId">The id, or <see cref="NotifyId.Any"/>.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryReadVringNotifyId(int vringIndex, out uint notifyId)
        => TryReadVringWord(vringIndex, VringEntry.NotifyIdOffset, out notifyId);

    /// <summary>Writes a vring's notify id back.</summary>
    /// <param name="vringIndex">The vring's place in the entry, from 0.</param>
    /// <param name="notifyId">The id the host chose.</param>
    /// <returns><see langword="false"/> when the device has no such vring.</returns>
    public bool TryWriteVringNotifyId(int vringIndex, uint notifyId)
        => TryWriteVringWord(vringIndex, VringEntry.NotifyIdOffset, notifyId);

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

    // SAFETY of these three: the offsets are of fields of the entry, which TryCreate found inside the region.
    private SharedByte* Status => (SharedByte*)(_entry + VdevEntry.StatusOffset);

    private byte* ConfigSpace => _entry + ResourceVdev.VringOffset(0, VringCount);

    private SharedWord* WordAt(uint fieldOffset) => (SharedWord*)(_entry + fieldOffset);

    private bool IsInConfig(uint offsetBytes, int lengthBytes)
        => offsetBytes <= ConfigLengthBytes && (uint)lengthBytes <= ConfigLengthBytes - offsetBytes;

    private bool TryReadVringWord(int vringIndex, uint fieldOffset, out uint value)
    {
        if (vringIndex < 0 || vringIndex >= VringCount)
        {
            value = 0;
            return false;
        }

        value = WordAt(ResourceVdev.VringOffset(0, vringIndex) + fieldOffset)->Read();
        return true;
    }

    private bool TryWriteVringWord(int vringIndex, uint fieldOffset, uint value)
    {
        if (vringIndex < 0 || vringIndex >= VringCount)
        {
            return false;
        }

        WordAt(ResourceVdev.VringOffset(0, vringIndex) + fieldOffset)->Write(value);
        return true;
    }
}
