// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>Two rings in a <see cref="FrontEnd"/>'s memory, and what rings them.</summary>
internal sealed class FrontEndRings : IDisposable
{
    internal const uint EntryCount = 64;
    private const uint AlignmentBytes = 4096;
    private const ulong RingDistance = 0x4000;
    private const ulong PoolOffset = 0x1_0000;
    private const ulong PoolDistance = 0x1_0000;
    private const uint BufferBytes = 512;

    private readonly FrontEnd _frontEnd;
    private readonly bool _inBand;

    internal FrontEndRings(FrontEnd frontEnd, bool inBand = false)
    {
        _frontEnd = frontEnd;
        _inBand = inBand;
    }

    /// <summary>Whether no SET_VRING_KICK is sent where kicks are messages, as by Linux.</summary>
    internal bool IsStartImplied { get; init; }

    internal EventFd[] Kicks { get; } = [new(), new()];

    internal EventFd Call { get; } = new();

    internal static RpmsgDirection Direction(int index)
    {
        Assert.True(QueueSize.TryCreate(EntryCount, out QueueSize size));
        Assert.True(VringLayout.TryCreate(size, AlignmentBytes, out VringLayout layout));
        return new RpmsgDirection
        {
            RingAddress = new DeviceAddress(FrontEnd.GuestAddress + ((ulong)index * RingDistance)),
            Ring = layout,
            NotifyId = (uint)index,
            PoolAddress = new DeviceAddress(FrontEnd.GuestAddress + PoolOffset + ((ulong)index * PoolDistance)),
            BufferSizeBytes = BufferBytes,
            BufferCount = (int)EntryCount,
        };
    }

    /// <summary>The payload of SET_VRING_ADDR.</summary>
    internal static ulong[] AddressWords(int index)
    {
        RpmsgDirection ring = Direction(index);
        ulong start = ring.RingAddress.Value - FrontEnd.GuestAddress + FrontEnd.UserAddress;
        return [(ulong)index, start, start + ring.Ring.UsedOffsetBytes, start + ring.Ring.AvailOffsetBytes, 0];
    }

    internal unsafe void Clear(int index)
        => new Span<byte>(_frontEnd.Memory.Region.Start + ((ulong)index * RingDistance), (int)RingDistance).Clear();

    /// <summary>Describes one ring, as the kernel does it: how to call, size, base, addresses.</summary>
    internal void Describe(int index)
    {
        uint queue = (uint)index;
        if (!_inBand)
        {
            _frontEnd.Tell(Request.SetVringCall, [queue], Call.Handle);
        }

        _frontEnd.Tell(Request.SetVringNum, [FrontEnd.Pair(queue, EntryCount)]);
        _frontEnd.Tell(Request.SetVringBase, [FrontEnd.Pair(queue, 0)]);
        _frontEnd.Tell(Request.SetVringAddr, AddressWords(index));
    }

    internal void Start(int index)
    {
        if (_inBand && IsStartImplied)
        {
            return;
        }

        if (_inBand)
        {
            _frontEnd.Tell(Request.SetVringKick, [(ulong)index | FrontEnd.NoDescriptor]);
        }
        else
        {
            _frontEnd.Tell(Request.SetVringKick, [(ulong)index], Kicks[index].Handle);
        }
    }

    internal void Enable(int index, bool enable = true)
        => _frontEnd.Tell(Request.SetVringEnable, [FrontEnd.Pair((uint)index, enable ? 1u : 0u)]);

    internal void Bind(bool enable = true)
    {
        for (int index = 0; index < 2; index++)
        {
            Clear(index);
            Describe(index);
        }

        for (int index = 0; index < 2; index++)
        {
            Start(index);
            if (enable)
            {
                Enable(index);
            }
        }
    }

    /// <summary>As the kernel does it: the last ring first, then a request with an answer as a barrier.</summary>
    internal void Unbind()
    {
        Enable(1, enable: false);
        Enable(0, enable: false);
        _ = _frontEnd.AskWord(Request.GetFeatures);
    }

    internal void Kick(uint queue)
    {
        if (_inBand)
        {
            lock (_frontEnd)
            {
                _frontEnd.Tell(Request.VringKick, [FrontEnd.Pair(queue, 0)]);
            }
        }
        else
        {
            Kicks[queue].Signal();
        }
    }

    /// <summary>The driver of this library in the guest's memory. Not started, and not kicked.</summary>
    internal RpmsgLink CreateDriver(bool eventIndex = false, bool nameService = true)
        => RpmsgLink.Create(
            new RpmsgLinkDescription
            {
                Role = VirtioRole.Driver,
                Memory = _frontEnd.Memory.Region,
                Layout = new RpmsgLayout
                {
                    ToDriver = Direction(0),
                    ToDevice = Direction(1),
                    EventIndex = eventIndex,
                    UsedLength = UsedLength.Message,
                },
                Doorbell = new FrontEndDoorbell(this),
            },
            new RpmsgLinkOptions { Name = "driver", NameService = nameService });

    /// <summary>A driver that is ready: started and kicked.</summary>
    internal RpmsgLink StartDriver(bool eventIndex = false, bool nameService = true)
    {
        RpmsgLink driver = CreateDriver(eventIndex, nameService);
        driver.Start();
        Kick(0);
        return driver;
    }

    public void Dispose()
    {
        Array.ForEach(Kicks, static kick => kick.Dispose());
        Call.Dispose();
    }
}
