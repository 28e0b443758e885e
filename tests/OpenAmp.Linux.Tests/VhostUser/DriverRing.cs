// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>The driver's side of one of a front end's rings, for chains of any shape.</summary>
internal sealed unsafe class DriverRing : IDisposable
{
    private const ulong BuffersOffset = 0x4_0000;
    private const ulong BuffersDistance = 0x1_0000;

    private readonly FrontEnd _frontEnd;
    private readonly ulong _buffers;
    private readonly DriverSlot* _slots;
    private DriverQueue<Platform> _queue;

    internal DriverRing(FrontEnd frontEnd, FrontEndRings rings, int index, bool eventIndex = false)
    {
        _frontEnd = frontEnd;
        _buffers = FrontEnd.GuestAddress + BuffersOffset + ((ulong)index * BuffersDistance);
        _slots = (DriverSlot*)NativeMemory.AllocZeroed(FrontEndRings.EntryCount, (nuint)sizeof(DriverSlot));
        Platform platform = new(frontEnd.Memory.Region, rings.Kicks[index]);
        Rpmsg.RpmsgDirection ring = FrontEndRings.Direction(index);
        Assert.True(VringMemory.TryMap(ref platform, ring.RingAddress, ring.Ring, out VringMemory memory));
        _queue = new DriverQueue<Platform>(platform, memory, _slots, eventIndex, (uint)index);
    }

    /// <summary>Guest address of a place for buffers, by number; 256 bytes each.</summary>
    internal ulong BufferAddress(int number) => _buffers + ((ulong)number * 256);

    internal Span<byte> Buffer(int number)
        => new(_frontEnd.Memory.Region.Start + (BufferAddress(number) - FrontEnd.GuestAddress), 256);

    internal VirtqSegment Readable(int number, uint lengthBytes)
        => new(new DeviceAddress(BufferAddress(number)), lengthBytes, deviceWrites: false);

    internal VirtqSegment Writable(int number, uint lengthBytes)
        => new(new DeviceAddress(BufferAddress(number)), lengthBytes, deviceWrites: true);

    internal void Offer(params VirtqSegment[] segments)
    {
        Assert.True(_queue.TryBuild(segments, out ushort head));
        Assert.True(_queue.Post(head));
        _queue.Flush();
    }

    /// <summary>Offers what stands in an indirect table at a buffer's place.</summary>
    internal void OfferIndirect(int tableNumber, params VirtqSegment[] segments)
    {
        Span<VirtqDesc> table = MemoryMarshal.Cast<byte, VirtqDesc>(Buffer(tableNumber));
        for (int index = 0; index < segments.Length; index++)
        {
            table[index].Address = segments[index].Address.Value;
            table[index].LengthBytes = segments[index].LengthBytes;
            table[index].Flags = (segments[index].DeviceWrites ? VirtqDescFlags.Write : VirtqDescFlags.None)
                | (index + 1 < segments.Length ? VirtqDescFlags.Next : VirtqDescFlags.None);
            table[index].Next = (ushort)(index + 1);
        }

        Assert.True(_queue.TryBuild(
            [Readable(tableNumber, (uint)segments.Length * VirtqDesc.SizeBytes)], out ushort head));
        Span<byte> ring = new(
            _frontEnd.Memory.Region.Start + (Ring - FrontEnd.GuestAddress), (int)FrontEndRings.EntryCount * 16);
        MemoryMarshal.Cast<byte, VirtqDesc>(ring)[head].Flags = VirtqDescFlags.Indirect;
        Assert.True(_queue.Post(head));
        _queue.Flush();
    }

    private ulong Ring => FrontEndRings.Direction((int)_queue.NotifyId).RingAddress.Value;

    /// <summary>Takes back a chain if the device is through with it.</summary>
    internal bool TryTakeUsed(out uint writtenBytes)
    {
        if (_queue.TryTakeUsed(out ushort head, out writtenBytes) != QueueResult.Taken)
        {
            return false;
        }

        Assert.True(_queue.Free(head));
        return true;
    }

    /// <summary>Waits until the device has given a chain back.</summary>
    internal uint NextUsed()
    {
        uint writtenBytes = 0;
        Assert.True(SpinWait.SpinUntil(() => TryTakeUsed(out writtenBytes), TimeSpan.FromSeconds(10)));
        return writtenBytes;
    }

    public void Dispose() => NativeMemory.Free(_slots);

    private readonly struct Platform(SharedRegion memory, EventFd kick) : IPlatform
    {
        public static void FullFence() => Interlocked.MemoryBarrier();

        public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
            => source.CopyTo(new Span<byte>(destination, source.Length));

        public static void Prefetch(void* start)
        {
        }

        public void Notify(uint notifyId) => kick.Signal();

        // Everywhere: what lies outside is for the device to find.
        public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
            => memory.TryTranslate(address, lengthBytes, out pointer) || address.Value < FrontEnd.GuestAddress;

        public void Clean(void* start, nuint lengthBytes)
        {
        }

        public void Invalidate(void* start, nuint lengthBytes)
        {
        }
    }
}
