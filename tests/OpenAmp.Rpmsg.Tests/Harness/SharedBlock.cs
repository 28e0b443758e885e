// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>Native memory with two rings and their buffers. It is freed when both sides let it go.</summary>
internal sealed unsafe class SharedBlock
{
    private const uint Alignment = 4096;
    private const ulong BaseAddress = 0x4000_0000;

    private readonly byte* _start;
    private int _ownerCount = 2;

    public SharedBlock(RigOptions options)
    {
        ulong next = BaseAddress;
        Layout = new RpmsgLayout
        {
            ToDriver = Place(ref next, options.ToDriverEntryCount, options.ToDriverBufferSizeBytes, notifyId: 0),
            ToDevice = Place(ref next, options.ToDeviceEntryCount, options.ToDeviceBufferSizeBytes, notifyId: 1),
            EventIndex = options.EventIndex,
            UsedLength = options.UsedLength,
        };
        ulong lengthBytes = next - BaseAddress;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)lengthBytes, Alignment);
        NativeMemory.Clear(_start, (nuint)lengthBytes);
        Region = new SharedRegion(_start, lengthBytes, new DeviceAddress(BaseAddress));
        DriverOwner = new Owner(this);
        DeviceOwner = new Owner(this);
    }

    public RpmsgLayout Layout { get; }

    public SharedRegion Region { get; }

    public Owner DriverOwner { get; }

    public Owner DeviceOwner { get; }

    /// <summary>Overwrites one 16-bit word.</summary>
    public void Poke(DeviceAddress address, ushort value)
    {
        Assert.True(Region.TryTranslate(address, sizeof(ushort), out byte* pointer));
        ((PublishedIndex*)pointer)->WriteRelease(value);
    }

    private static RpmsgDirection Place(ref ulong next, uint entryCount, uint bufferSizeBytes, uint notifyId)
    {
        Assert.True(QueueSize.TryCreate(entryCount, out QueueSize size));
        Assert.True(VringLayout.TryCreate(size, Alignment, out VringLayout ring));
        ulong pool = AlignUp(next + ring.SizeBytes);
        var direction = new RpmsgDirection
        {
            RingAddress = new DeviceAddress(next),
            Ring = ring,
            NotifyId = notifyId,
            PoolAddress = new DeviceAddress(pool),
            BufferSizeBytes = bufferSizeBytes,
            BufferCount = (int)entryCount,
        };
        next = AlignUp(pool + ((ulong)entryCount * bufferSizeBytes));
        return direction;
    }

    private static ulong AlignUp(ulong value) => (value + Alignment - 1) & ~(ulong)(Alignment - 1);

    private void Release()
    {
        if (Interlocked.Decrement(ref _ownerCount) == 0)
        {
            NativeMemory.AlignedFree(_start);
        }
    }

    /// <summary>One side's share of the memory.</summary>
    public sealed class Owner(SharedBlock block) : IDisposable
    {
        private int _disposeCount;

        public int DisposeCount => Interlocked.CompareExchange(ref _disposeCount, 0, 0);

        public void Dispose()
        {
            Assert.Equal(1, Interlocked.Increment(ref _disposeCount));
            block.Release();
        }
    }
}
