// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Reflection;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>A peer that talks nonsense for hours makes each counter pass 2^32: it wraps, and nothing throws.</summary>
/// <remarks>The counters are set to their last value by reflection: no test can count that far.</remarks>
public sealed unsafe class CounterTests
{
    private static readonly QueueFaults s_last = new()
    {
        IndexJumps = 0,
        HeadsOutside = uint.MaxValue,
        HeadsNotOwned = uint.MaxValue,
        LengthsBeyondBuffer = uint.MaxValue,
        BadChains = uint.MaxValue,
        BuffersOutside = uint.MaxValue,
        BadBuffers = uint.MaxValue,
    };

    [Fact]
    public void FaultsOfTheDriversQueueWrap()
    {
        using var pair = new QueuePair(8);
        ushort head = pair.Offer();
        pair.Driver = Set(pair.Driver, "_faults", s_last);
        pair.Raw.Return(60000, 0);
        pair.Raw.Return(7, 0);
        pair.Raw.Return(head, 65);
        for (int i = 0; i < 3; i++)
        {
            _ = pair.Driver.TryTakeUsed(out _, out _);
        }

        pair.Driver.CountBadBuffer();
        QueueFaults faults = pair.Driver.Faults;
        Assert.Equal(
            (0u, 0u, 0u, 0u),
            (faults.HeadsOutside, faults.HeadsNotOwned, faults.LengthsBeyondBuffer, faults.BadBuffers));
    }

    [Fact]
    public void FaultsOfTheDevicesQueueWrap()
    {
        using var pair = new QueuePair(8);
        pair.Device = Set(pair.Device, "_faults", s_last);
        pair.Raw.Describe(0, 0, uint.MaxValue, 0);
        pair.Raw.Describe(1, pair.BufferAddress, 1, RawRing.NextFlag, 1);
        ushort[] heads = [0, 1, 1, 8];
        foreach (ushort head in heads)
        {
            pair.Raw.Offer(head);
            _ = pair.Device.TryTake(out _);
        }

        Assert.False(pair.Device.TryReadSingle(0, out _, out _));
        Assert.False(pair.Device.TryReadSingle(1, out _, out _));
        pair.Device.CountBadBuffer();
        QueueFaults faults = pair.Device.Faults;
        Assert.Equal(
            (0u, 0u, 0u, 0u, 0u),
            (faults.HeadsOutside, faults.HeadsNotOwned, faults.BadChains, faults.BuffersOutside, faults.BadBuffers));
    }

    [Theory]
    [InlineData("UnknownDestinations", 5u, 0)]
    [InlineData("BadAnnouncements", RpmsgAddress.NameService, 0)]
    [InlineData("LengthsBeyondBuffer", 5u, 2000)]
    public void CountsOfTheEngineWrap(string counter, uint destination, int length)
    {
        using Link link = new Link().ConnectHost();
        string field = $"<{counter}>k__BackingField";
        if (length > 0)
        {
            const BindingFlags Fields = BindingFlags.NonPublic | BindingFlags.Instance;
            object receiver = link.Host.GetType().GetField("_receiver", Fields)!.GetValue(link.Host)!;
            link.Host = Set(link.Host, "_receiver", Set(receiver, field, uint.MaxValue));
        }
        else
        {
            link.Host = Set(link.Host, field, uint.MaxValue);
        }

        Assert.True(link.ToDriver.TryTakeOffered(out ushort head));
        link.WriteMessage(link.ToDriver.Address(head), 9, destination, (ushort)length, []);
        link.ToDriver.Return(head, 512);
        Assert.Equal(1, link.PollHost());
        Assert.Equal(0u, link.Host.UnknownDestinations + link.Host.BadAnnouncements + link.Host.LengthsBeyondBuffer);
    }

    private static T Set<T>(T target, string field, object value)
        where T : notnull
    {
        object boxed = target;
        FieldInfo info = boxed.GetType().GetField(field, BindingFlags.NonPublic | BindingFlags.Instance)
            ?? throw new MissingFieldException(boxed.GetType().Name, field);
        info.SetValue(boxed, value);
        return (T)boxed;
    }
}
