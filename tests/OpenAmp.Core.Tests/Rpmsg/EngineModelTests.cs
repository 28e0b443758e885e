// SPDX-License-Identifier: BSD-3-Clause

using CsCheck;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Host against remote in one memory: any order of calls, any sizes.</summary>
public sealed unsafe class EngineModelTests
{
    /// <summary>Any shape of link, unequal in its directions, somewhere in the address space.</summary>
    private static readonly Gen<LinkShape> s_shape =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 12], Gen.ULong, Gen.Bool, Gen.Bool)
            .Select(static (toDriverBits, toDeviceBits, alignmentBits, seed, eventIndex, wholeBuffer) =>
            {
                var dice = new Dice(seed);
                return new LinkShape
                {
                    EntriesToDriver = 1u << toDriverBits,
                    EntriesToDevice = 1u << toDeviceBits,
                    CountToDriver = 1 + dice.Below(1 << toDriverBits),
                    CountToDevice = 1 + dice.Below(1 << toDeviceBits),
                    SizeToDriver = 20 + (4 * (uint)dice.Below(200)),
                    SizeToDevice = 20 + (4 * (uint)dice.Below(200)),
                    AlignmentBytes = 4u << alignmentBits,
                    Origin = (ulong)dice.Below(2) << 40,
                    EventIndex = eventIndex,
                    UsedLength = wholeBuffer ? UsedLength.WholeBuffer : UsedLength.Message,
                };
            });

    [Fact]
    public void MessagesArriveWholeInOrderAndNoBufferIsLostOverAnyLink()
        => Gen.Select(Gen.ULong, s_shape).Sample(static (seed, shape) => Run(seed, shape, 3000), iter: 60);

    [Theory]
    [InlineData(UsedLength.WholeBuffer, false, 4u)]
    [InlineData(UsedLength.Message, true, 16u)]
    public void MessagesArriveWholeInOrderAcrossTheWrapsOfAllIndices(UsedLength dialect, bool eventIndex, uint entries)
    {
        long received = Run(
            1,
            new LinkShape
            {
                EntriesToDriver = entries,
                EntriesToDevice = 2 * entries,
                CountToDriver = (int)entries,
                CountToDevice = (int)entries,
                SizeToDriver = 64,
                SizeToDevice = 48,
                EventIndex = eventIndex,
                UsedLength = dialect,
            },
            900_000);
        Assert.True(received > 70_000, $"Only {received} messages in the direction that had fewer.");
    }

    private static long Run(ulong seed, LinkShape shape, int steps)
    {
        RpmsgLayout layout = shape.ToLayout(out ulong lengthBytes);
        using var memory = new GuardedMemory((nuint)lengthBytes);
        var machine = new TestMachine(new SharedRegion(memory.Start, lengthBytes, new DeviceAddress(shape.Origin)));
        var platform = new TestPlatform(machine);
        using var pair = new EnginePair<TestPlatform>(shape, layout, platform, platform, seed);
        var dice = new Dice(seed);
        pair.Run(ref dice, steps);
        pair.AssertConserved();
        long toHost = pair.Host.Inward.ReceivedCount;
        long toRemote = pair.Remote.Inward.ReceivedCount;
        Assert.Equal(pair.Remote.Engine.SentCount, (ulong)toHost);
        Assert.Equal(pair.Host.Engine.SentCount, (ulong)toRemote);
        return toHost < toRemote ? toHost : toRemote;
    }
}
