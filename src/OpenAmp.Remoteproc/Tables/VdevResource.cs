// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device, its vrings and its configuration space (RSC_VDEV).</summary>
/// <remarks>It is the table as it was loaded. While the device is in use its registers stand in the shared table: see
/// <see cref="CreateLive"/>.</remarks>
public sealed class VdevResource : TableResource
{
    internal VdevResource(ResourceTable table, TableEntry entry, int ordinal)
        : base(table, entry)
    {
        Ordinal = ordinal;
        Vrings = [.. Enumerable.Range(0, BytesAt(IsWide ? 45u : 25u, 1)[0]).Select(i => new VringResource(this, i))];
        Buffers = IsWide ? new VdevBuffers(this) : null;
    }

    /// <summary>Which of the table's virtio devices it is, from 0; other entries do not count.</summary>
    public int Ordinal { get; }

    /// <summary>Which kind of virtio device it is: VIRTIO 1.3, chapter 5 (id).</summary>
    public uint DeviceId => ReadWord(IsWide ? 16u : 4u);

    /// <summary>Whether it is an RPMsg device.</summary>
    public bool IsRpmsg => DeviceId == VdevEntry.RpmsgDeviceId;

    /// <summary>Id of notifications about status, features and configuration (notifyid), or
    /// <see cref="Remoteproc.NotifyId.Any"/>.</summary>
    public uint NotifyId
    {
        get => ReadWord(NotifyIdOffset);
        set => WriteWord(NotifyIdOffset, value);
    }

    /// <summary>Features the device offers, bit n being feature n (dfeatures).</summary>
    public ulong DeviceFeatures => IsWide ? ReadWide(24) : ReadWord(12);

    /// <summary>Features the driver accepts; zero in an image (gfeatures).</summary>
    public ulong DriverFeatures => IsWide ? ReadWide(32) : ReadWord(16);

    /// <summary>Device status; zero in an image.</summary>
    public VirtioStatus Status => (VirtioStatus)BytesAt(IsWide ? 44u : 24u, 1)[0];

    /// <summary>Length of the configuration space in bytes (config_len).</summary>
    public uint ConfigLengthBytes => ReadWord(IsWide ? 40u : 20u);

    /// <summary>The configuration space as it was loaded.</summary>
    public ReadOnlyMemory<byte> ConfigSpace
        => EntryBytes.Slice((int)VringFieldOffset(Vrings.Count, 0, 0), (int)ConfigLengthBytes);

    /// <summary>The vrings. Of an RPMsg device the first carries messages to the driver, the second to the
    /// device.</summary>
    public IReadOnlyList<VringResource> Vrings { get; }

    /// <summary>Where the device's buffers lie and how many it wants; <see langword="null"/> in a version 1 table,
    /// which has no word for it.</summary>
    public VdevBuffers? Buffers { get; }

    /// <summary>Finds the device's registers in the shared table, which both sides read and write.</summary>
    /// <param name="table">The shared table, from its first byte.</param>
    /// <returns>The registers; valid while the region stays mapped.</returns>
    /// <exception cref="ArgumentException">The entry reaches past the region, or the region is not aligned to
    /// 4 bytes.</exception>
    /// <remarks>Reads nothing of the shared table: how many vrings there are is known from the private copy.</remarks>
    public LiveVdev CreateLive(SharedRegion table)
        => Table.TryCreateLive(Ordinal, table, out LiveVdev live)
            ? live
            : throw NotInRegion(table, nameof(table));

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Vdev entry {Index} (device {Ordinal}, id {DeviceId})");

    internal uint VringFieldOffset(int index, uint narrowOffset, uint wideOffset)
        => IsWide ? 80 + (24 * (uint)index) + wideOffset : 28 + (20 * (uint)index) + narrowOffset;

    internal ulong ReadVringAddress(int index)
    {
        uint at = VringFieldOffset(index, 0, 0);
        return ReadAddress(at, at);
    }

    internal void WriteVringAddress(int index, ulong value)
    {
        uint at = VringFieldOffset(index, 0, 0);
        WriteAddress(at, at, value, Invariant($"address of vring {index}"));
    }

    internal uint ReadVringWord(int index, uint narrowOffset, uint wideOffset)
        => ReadWord(VringFieldOffset(index, narrowOffset, wideOffset));

    internal void WriteVringWord(int index, uint narrowOffset, uint wideOffset, uint value)
        => WriteWord(VringFieldOffset(index, narrowOffset, wideOffset), value);

    internal ulong ReadBufferWide(uint fieldOffset) => ReadWide(fieldOffset);

    internal void WriteBufferWide(uint fieldOffset, ulong value) => WriteWide(fieldOffset, value);

    internal uint ReadBufferWord(uint fieldOffset) => ReadWord(fieldOffset);

    internal void WriteBufferWord(uint fieldOffset, uint value) => WriteWord(fieldOffset, value);

    private uint NotifyIdOffset => IsWide ? 20u : 8u;
}
