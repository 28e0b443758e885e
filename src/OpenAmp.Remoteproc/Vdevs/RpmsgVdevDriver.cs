// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>RPMsg as the driver of its virtio device: makes the link.</summary>
internal sealed class RpmsgVdevDriver(RpmsgVdevOptions options) : VdevDriver
{
    private const int RingCount = 2;
    private const int ToDriver = 0;
    private const int ToDevice = 1;

    public override uint DeviceId => VdevEntry.RpmsgDeviceId;

    /// <summary>How much memory the device's buffers take.</summary>
    /// <exception cref="FirmwareException">The device is not one that RPMsg can use.</exception>
    public ulong BufferBytes(VdevResource vdev)
    {
        if (vdev.Vrings.Count != RingCount)
        {
            throw new FirmwareException($"{vdev} is an RPMsg device with {vdev.Vrings.Count} vrings; RPMsg has "
                + $"{RingCount}, one for each direction.");
        }

        ulong sum = 0;
        for (int i = 0; i < RingCount; i++)
        {
            (uint size, uint count) = BuffersOf(vdev, i);
            sum += (ulong)size * count;
        }

        return sum;
    }

    public override ValueTask<IAsyncDisposable> StartAsync(RemoteVdev vdev, CancellationToken cancellationToken)
    {
        VirtioFeatures features = vdev.Offered.And(Understood);
        vdev.AcceptFeatures(features);
        RpmsgLink link = Create(vdev, features);
        vdev.SetDriverOk();
        link.Start();
        return ValueTask.FromResult<IAsyncDisposable>(link);
    }

    private RpmsgLink Create(RemoteVdev vdev, VirtioFeatures features)
    {
        try
        {
            return RpmsgLink.Create(Describe(vdev, features), LinkOptions(vdev, features));
        }
        catch (ArgumentException error)
        {
            throw new FirmwareException($"{vdev.Resource} of processor '{vdev.ProcessorName}' makes no link: "
                + error.Message, error);
        }
    }

    private VirtioFeatures Understood
    {
        get
        {
            VirtioFeatures features = default(VirtioFeatures).With(VirtioFeatures.RpmsgNameService);
            return options.EventIndex ? features.With(VirtioFeatures.RingEventIdx) : features;
        }
    }

    private RpmsgLinkOptions LinkOptions(RemoteVdev vdev, VirtioFeatures features)
        => options.Link with
        {
            Name = vdev.Resource.Ordinal == 0 ? vdev.ProcessorName : $"{vdev.ProcessorName}.{vdev.Resource.Ordinal}",
            NameService = features.Has(VirtioFeatures.RpmsgNameService),
        };

    private RpmsgLinkDescription Describe(RemoteVdev vdev, VirtioFeatures features)
    {
        SharedRegion pool = vdev.Buffers!.Memory;
        RpmsgDirection toDriver = Direction(vdev, ToDriver, pool.Address);
        ulong used = (ulong)toDriver.BufferCount * toDriver.BufferSizeBytes;
        return new RpmsgLinkDescription
        {
            Role = VirtioRole.Driver,

            // Only what the link needs: an address in a ring that points at code or the table is refused.
            Memory = pool,
            MoreMemory = [.. vdev.Rings.Select(ring => ring.Memory)],
            Layout = new RpmsgLayout
            {
                ToDriver = toDriver,
                ToDevice = Direction(vdev, ToDevice, pool.Address.Plus(used)),
                EventIndex = features.Has(VirtioFeatures.RingEventIdx),
                UsedLength = options.UsedLength,
            },
            Doorbell = vdev.Doorbell,
        };
    }

    private RpmsgDirection Direction(RemoteVdev vdev, int index, DeviceAddress pool)
    {
        VringResource ring = vdev.Resource.Vrings[index];
        (uint size, uint count) = BuffersOf(vdev.Resource, index);
        return new RpmsgDirection
        {
            RingAddress = vdev.Rings[index].Address,
            Ring = VringShape.Of(ring),
            NotifyId = ring.NotifyId,
            PoolAddress = pool,
            BufferSizeBytes = size,
            BufferCount = checked((int)count),
        };
    }

    private (uint SizeBytes, uint Count) BuffersOf(VdevResource vdev, int index)
    {
        uint entries = vdev.Vrings[index].EntryCount;
        if (vdev.Buffers is not { } buffers)
        {
            return (options.BufferSizeBytes, entries);
        }

        (uint size, uint count) = index == ToDriver
            ? (buffers.ToDriverBufferBytes, buffers.ToDriverBufferCount)
            : (buffers.ToDeviceBufferBytes, buffers.ToDeviceBufferCount);
        return (size == 0 ? options.BufferSizeBytes : size, count == 0 ? entries : Math.Min(count, entries));
    }
}
