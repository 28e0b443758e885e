// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using OpenAmp.Firmware.Devices;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Firmware;

/// <summary>The virtio device's entry in the image's own resource table, which the host writes.</summary>
/// <remarks>Smaller than LiveVdev: which version the table has is decided at compile time. In a firmware that has no
/// call of <see cref="UseVersion2"/>, not even a dead one, nobody writes <see cref="s_isWide"/>: the compiler takes it
/// for the constant false then, and what belongs to version 2 is not in the image.</remarks>
internal readonly unsafe struct VdevRegisters
{
    private static bool s_isWide;

    private readonly byte* _entry;

    private VdevRegisters(byte* entry) => _entry = entry;

    // SAFETY of these: the build placed the entry, with two vrings behind it.
    private VdevEntry* Entry => (VdevEntry*)_entry;

    private VdevItem* Item => (VdevItem*)_entry;

    private Register8* Status => (Register8*)(s_isWide ? &Item->Status : &Entry->Status);

    /// <summary>Whether the driver has set DRIVER_OK. What it wrote before that can be read then.</summary>
    public bool IsDriven
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        get => (Status->Read() & (byte)VirtioStatus.DriverOk) != 0;
    }

    /// <summary>Whether VIRTIO_RPMSG_F_NS was offered and accepted.</summary>
    public bool HasNameService
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((s_isWide
            ? (uint)(Item->DeviceFeatures & Item->DriverFeatures)
            : Entry->DeviceFeatures & Entry->DriverFeatures) & (1u << VirtioFeatures.RpmsgNameService)) != 0;
    }

    /// <summary>The table is of version 2.</summary>
    public static void UseVersion2() => s_isWide = true;

    /// <summary>The first virtio device of the image's table; without one, the image is not built.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VdevRegisters Find() => new(s_isWide ? Processor.WideImage()->Vdev : Processor.Image()->Vdev);

    /// <summary>Reads what a ring is, once; setting up a side of the link checks the rest.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryReadRing(int index, ref RpmsgDirection direction)
    {
        uint entryCount;
        uint alignmentBytes;
        if (s_isWide)
        {
            VringItem* item = (VringItem*)(Item + 1) + index;
            direction.RingAddress = new DeviceAddress(item->Address);
            direction.NotifyId = item->NotifyId;
            entryCount = item->EntryCount;
            alignmentBytes = item->AlignmentBytes;
        }
        else
        {
            VringEntry* entry = (VringEntry*)(Entry + 1) + index;
            direction.RingAddress = new DeviceAddress(entry->Address);
            direction.NotifyId = entry->NotifyId;
            entryCount = entry->EntryCount;
            alignmentBytes = entry->AlignmentBytes;
        }

        return QueueSize.TryCreate(entryCount, out QueueSize size)
            && VringLayout.TryCreate(size, alignmentBytes, out direction.Ring);
    }

    /// <summary>Tells the driver that the device is beyond use.</summary>
    public void AskForReset() => Status->Write((byte)(Status->Read() | (byte)VirtioStatus.NeedsReset));
}
