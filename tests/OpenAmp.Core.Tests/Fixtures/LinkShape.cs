// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Sizes of a link, and the layout that follows from them.</summary>
internal sealed record LinkShape
{
    /// <summary>Bytes that belong to nobody, between any two parts.</summary>
    private const ulong HoleBytes = 64;

    public uint EntriesToDriver { get; init; } = 16;

    public uint EntriesToDevice { get; init; } = 16;

    public int CountToDriver { get; init; } = 16;

    public int CountToDevice { get; init; } = 16;

    public uint SizeToDriver { get; init; } = 512;

    public uint SizeToDevice { get; init; } = 512;

    public uint AlignmentBytes { get; init; } = 4;

    public bool EventIndex { get; init; }

    public UsedLength UsedLength { get; init; } = UsedLength.WholeBuffer;

    /// <summary>Device address of the first byte.</summary>
    public ulong Origin { get; init; }

    public static VringLayout Ring(uint entryCount, uint alignmentBytes)
    {
        Assert.True(QueueSize.TryCreate(entryCount, out QueueSize size));
        Assert.True(VringLayout.TryCreate(size, alignmentBytes, out VringLayout layout));
        return layout;
    }

    /// <summary>The two-process platform: rings of 256 at 0x4000 and 0x8000, buffers of 512 from 0x10000.</summary>
    public static RpmsgLayout TwoProcess(UsedLength usedLength = UsedLength.WholeBuffer)
    {
        VringLayout ring = Ring(256, 0x1000);
        return new RpmsgLayout
        {
            ToDriver = Direction(0x4000, ring, 1, 0x10000, 512, 256),
            ToDevice = Direction(0x8000, ring, 2, 0x30000, 512, 256),
            UsedLength = usedLength,
        };
    }

    /// <summary>Lays the parts out one behind the other, with holes between.</summary>
    public RpmsgLayout ToLayout(out ulong lengthBytes)
    {
        VringLayout ringToDriver = Ring(EntriesToDriver, AlignmentBytes);
        VringLayout ringToDevice = Ring(EntriesToDevice, AlignmentBytes);
        ulong end = Origin + HoleBytes;
        ulong first = Take(ref end, ringToDriver.SizeBytes);
        ulong second = Take(ref end, ringToDevice.SizeBytes);
        ulong poolToDriver = Take(ref end, (ulong)CountToDriver * SizeToDriver);
        ulong poolToDevice = Take(ref end, (ulong)CountToDevice * SizeToDevice);
        lengthBytes = ((end - Origin) + 4095) & ~4095ul;
        return new RpmsgLayout
        {
            ToDriver = Direction(first, ringToDriver, 1, poolToDriver, SizeToDriver, CountToDriver),
            ToDevice = Direction(second, ringToDevice, 2, poolToDevice, SizeToDevice, CountToDevice),
            EventIndex = EventIndex,
            UsedLength = UsedLength,
        };
    }

    private static RpmsgDirection Direction(
        ulong ringAddress, VringLayout ring, uint notifyId, ulong pool, uint sizeBytes, int count)
        => new()
        {
            RingAddress = new DeviceAddress(ringAddress),
            Ring = ring,
            NotifyId = notifyId,
            PoolAddress = new DeviceAddress(pool),
            BufferSizeBytes = sizeBytes,
            BufferCount = count,
        };

    private ulong Take(ref ulong end, ulong lengthBytes)
    {
        ulong start = (end + AlignmentBytes - 1) / AlignmentBytes * AlignmentBytes;
        end = start + lengthBytes + HoleBytes;
        return start;
    }
}
