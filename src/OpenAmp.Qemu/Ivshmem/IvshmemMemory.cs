// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>A link's hold on the shared memory, and where the link lies in it.</summary>
/// <remarks>To hold one is to know that the layout fits the memory and that no two of its parts overlap.</remarks>
internal sealed class IvshmemMemory : IDisposable
{
    private readonly IvshmemClient _client;
    private readonly IvshmemLinkOptions _options;
    private readonly SharedRegion _region;
    private readonly StaticVringLayout _layout;
    private readonly LiveStatus _status;
    private readonly bool _ownsClient;
    private int _disposed;

    internal IvshmemMemory(IvshmemClient client, bool ownsClient, IvshmemLinkOptions options)
    {
        _client = client;
        _ownsClient = ownsClient;
        _options = options;
        _region = client.Hold();
        try
        {
            _layout = options.Layout(_region.LengthBytes);
            ThrowIfInvalid();
            _ = LiveStatus.TryCreate(_region, _layout.StatusOffsetBytes, out _status);
            if (LivePeerIds.TryCreate(_region, _layout, out LivePeerIds ids))
            {
                ids.Write(options.Role == VirtioRole.Driver, (uint)client.Id);
            }
        }
        catch
        {
            client.Release();
            throw;
        }
    }

    /// <summary>The status byte.</summary>
    internal LiveStatus Status => _status;

    /// <summary>Gives the memory the address that the peer calls it by.</summary>
    internal SharedRegion Address(out RpmsgLayout layout)
    {
        DeviceAddress address = _options.LearnMemoryAddress ? Learn() : _options.MemoryAddress;
        if (!_layout.TryDescribe(address, out layout))
        {
            throw new ArgumentException($"The shared memory's address 0x{address.Value:x} is no multiple of the rings' "
                + $"alignment of {_layout.AlignmentBytes} bytes."
                + (_options.LearnMemoryAddress ? " It was learned: does the peer have another layout?" : ""));
        }

        unsafe
        {
            // SAFETY: the same memory, which we hold mapped, under another address.
            return new SharedRegion(_region.Start, _region.LengthBytes, address);
        }
    }

    /// <summary>Lets go of the memory. A driver leaves its device reset, so that nobody takes it for driven.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_options.Role == VirtioRole.Driver)
        {
            _status.Write(VirtioStatus.None);
        }

        _client.Release();
        if (_ownsClient)
        {
            // Its first step leaves the server; the rest closes what is left of it.
            _ = _client.DisposeAsync().AsTask();
        }
    }

    /// <summary>The driver posts the buffers of its pool's start first: the lowest address among them is that of the
    /// first.</summary>
    private DeviceAddress Learn()
    {
        _ = _layout.TryDescribe(default, out RpmsgLayout layout);
        ulong lowest = ulong.MaxValue;
        uint posted;
        unsafe
        {
            // SAFETY: the layout was checked to put the whole ring inside the memory, which we hold mapped. Whatever
            // the driver wrote there, both indices stay below the ring's number of entries; and the link checks each
            // address again before it uses one.
            byte* ring = _region.Start + layout.ToDriver.RingAddress.Value;
            var descriptors = (VirtqDesc*)ring;
            var avail = (AvailRing*)(ring + layout.ToDriver.Ring.AvailOffsetBytes);
            var entries = (ushort*)((byte*)avail + AvailRing.HeadSizeBytes);
            posted = Math.Min(avail->Index.ReadAcquire(), _layout.EntryCount);
            for (uint slot = 0; slot < posted; slot++)
            {
                lowest = Math.Min(lowest, descriptors[entries[slot] % _layout.EntryCount].Address);
            }
        }

        return posted > 0
            ? new DeviceAddress(unchecked(lowest - _layout.PoolOffsetBytes))
            : throw new ArgumentException("The driver is ready but offers no buffer, so the memory's address cannot be "
                + "learned. Is it a driver with the same layout? Otherwise say MemoryAddress.");
    }

    private void ThrowIfInvalid()
    {
        StaticVringFault fault = _layout.Check(out StaticVringPart first, out StaticVringPart second);
        if (_layout.MemoryBytes > _region.LengthBytes)
        {
            throw new ArgumentException($"The layout is for {_layout.MemoryBytes} bytes of shared memory; the server's "
                + $"has {_region.LengthBytes}.");
        }

        string? wrong = fault switch
        {
            StaticVringFault.None => null,
            StaticVringFault.BadEntryCount =>
                $"a ring has a power of two of entries from 1 to {QueueSize.MaxEntryCount}, not {_layout.EntryCount}",
            StaticVringFault.BadAlignment => $"an alignment is a power of two from 4 to "
                + $"{VringLayout.MaxAlignmentBytes} bytes, not {_layout.AlignmentBytes}",
            StaticVringFault.BadBufferSize => $"a buffer has a multiple of 4 bytes, more than a header of "
                + $"{RpmsgHeader.SizeBytes}, not {_layout.BufferSizeBytes}",
            StaticVringFault.Misaligned =>
                $"{Describe(first)} must start at a multiple of {_layout.AlignmentBytes} bytes",
            StaticVringFault.OutsideMemory =>
                $"{Describe(first)} must lie within the {_layout.MemoryBytes} bytes of shared memory",
            _ => $"{Describe(first)} and {Describe(second)} overlap",
        };
        if (wrong is not null)
        {
            throw new ArgumentException($"The layout of the static vrings is wrong: {wrong}. Take a larger shared "
                + "memory, or change the layout on both sides.");
        }
    }

    private string Describe(StaticVringPart part)
    {
        _layout.Locate(part, out ulong offset, out ulong length);
        string name = part switch
        {
            StaticVringPart.Status => "the status",
            StaticVringPart.ToDriverRing => "the ring to the driver",
            StaticVringPart.ToDeviceRing => "the ring to the device",
            StaticVringPart.ToDriverBuffers => "the buffers to the driver",
            _ => "the buffers to the device",
        };
        return $"{name} (0x{offset:x} to 0x{unchecked(offset + length):x})";
    }
}
