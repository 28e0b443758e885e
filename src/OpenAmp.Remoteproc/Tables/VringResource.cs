// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>One vring of a <see cref="VdevResource"/>.</summary>
public sealed class VringResource
{
    private readonly VdevResource _vdev;

    internal VringResource(VdevResource vdev, int index)
    {
        _vdev = vdev;
        Index = index;
    }

    /// <summary>The vring's place in its device, from 0.</summary>
    public int Index { get; }

    /// <summary>Where it starts, in bytes from the table's first.</summary>
    public uint OffsetBytes => _vdev.OffsetBytes + _vdev.VringFieldOffset(Index, 0, 0);

    /// <summary>Device address of the ring (da), or <see cref="ResourceAddress.Any64"/>.</summary>
    /// <exception cref="ResourceTableException">Setting: a version 1 table has no room for it.</exception>
    public ulong Address
    {
        get => _vdev.ReadVringAddress(Index);
        set => _vdev.WriteVringAddress(Index, value);
    }

    /// <summary>Whether the loader chooses the device address.</summary>
    public bool IsAnywhere => Address == ResourceAddress.Any64;

    /// <summary>Alignment of the used ring in bytes, a power of two (align).</summary>
    public uint AlignmentBytes => _vdev.ReadVringWord(Index, 4, 8);

    /// <summary>Number of descriptors, a power of two (num).</summary>
    public uint EntryCount => _vdev.ReadVringWord(Index, 8, 12);

    /// <summary>Id of this vring's notifications (notifyid), or <see cref="Remoteproc.NotifyId.Any"/>.</summary>
    public uint NotifyId
    {
        get => _vdev.ReadVringWord(Index, 12, 16);
        set => _vdev.WriteVringWord(Index, 12, 16, value);
    }

    internal uint ReservedWord => _vdev.ReadVringWord(Index, 16, 20);

    /// <summary>Says which vring it is, for messages.</summary>
    /// <returns>The device and the vring's index.</returns>
    public override string ToString() => $"{_vdev}, vring {Index}";
}
