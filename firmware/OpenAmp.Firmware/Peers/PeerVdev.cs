// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Firmware.Devices;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Firmware.Peers;

/// <summary>The RPMsg device in a peer's resource table, which this side drives.</summary>
/// <remarks>The table is the peer's memory, and whoever loads the peer writes it anew: every access looks at bounds
/// that do not depend on it.</remarks>
internal readonly unsafe struct PeerVdev
{
    private const uint MaxTableBytes = 4096;
    private const uint MaxEntries = 16;
    private const uint LengthBytes = VdevEntry.SizeBytes + (2 * VringEntry.SizeBytes);

    private readonly VdevEntry* _entry;

    private PeerVdev(VdevEntry* entry) => _entry = entry;

    /// <summary>What the peer offers.</summary>
    public VirtioFeatures Offered => new(Word(&_entry->DeviceFeatures)->Read());

    /// <summary>The status byte, which both sides write.</summary>
    public VirtioStatus Status
    {
        get => (VirtioStatus)((Register8*)&_entry->Status)->Read();
        set => ((Register8*)&_entry->Status)->Write((byte)value);
    }

    private VringEntry* Vrings => (VringEntry*)(_entry + 1);

    /// <summary>Finds the first RPMsg device with two rings.</summary>
    /// <param name="table">Where the table is; as many bytes as a table can have are readable there.</param>
    /// <param name="vdev">The device.</param>
    /// <returns><see langword="false"/> when there is none: no firmware was loaded, or other firmware.</returns>
    public static bool TryFind(byte* table, out PeerVdev vdev)
    {
        vdev = default;
        var words = (uint*)table;
        uint count = Word(words + 1)->Read();
        if (Word(words)->Read() != 1 || count > MaxEntries)
        {
            return false;
        }

        for (uint i = 0; i < count; i++)
        {
            // SAFETY: the head is four words, then an offset an entry: within the page. Of the offset, too, nothing is
            // believed but what lies within.
            uint offset = Word(words + 4 + i)->Read();
            if ((offset & 3) != 0 || offset > MaxTableBytes - LengthBytes)
            {
                continue;
            }

            var entry = (VdevEntry*)(table + offset);
            bool isRpmsg = Word((uint*)&entry->Type)->Read() == (uint)ResourceType.Vdev
                && Word(&entry->DeviceId)->Read() == VdevEntry.RpmsgDeviceId
                && ((Register8*)&entry->VringCount)->Read() == 2;
            if (isRpmsg)
            {
                vdev = new PeerVdev(entry);
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a ring's shape and notify id.</summary>
    /// <param name="index">0 or 1.</param>
    /// <param name="direction">Where they go.</param>
    /// <returns><see langword="false"/> when it is no shape of a ring.</returns>
    public bool TryReadRing(int index, ref RpmsgDirection direction)
    {
        VringEntry* ring = Vrings + index;
        direction.NotifyId = Word(&ring->NotifyId)->Read();
        return QueueSize.TryCreate(Word(&ring->EntryCount)->Read(), out QueueSize size)
            && VringLayout.TryCreate(size, Word(&ring->AlignmentBytes)->Read(), out direction.Ring);
    }

    /// <summary>Says where a ring is.</summary>
    /// <param name="index">0 or 1.</param>
    /// <param name="address">Its address.</param>
    public void WriteRing(int index, uint address) => Word(&Vrings[index].Address)->Write(address);

    /// <summary>Says which features this side accepts.</summary>
    /// <param name="features">A part of what is offered.</param>
    public void Accept(VirtioFeatures features) => Word(&_entry->DriverFeatures)->Write(features.Low32);

    private static Register32* Word(uint* address) => (Register32*)address;
}
