// SPDX-License-Identifier: BSD-3-Clause

using CsCheck;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Both engines on a machine whose caches do not snoop: each side sees its own copy of shared memory, full of
/// stale bytes, and only Clean and Invalidate move anything. Where either is missing, bytes are lost.</summary>
public sealed unsafe class CacheMaintenanceTests
{
    [Fact]
    public void MessagesArriveWholeInOrderWithoutCacheCoherency()
        => Gen.Select(Gen.ULong, Gen.Int[0, 5], Gen.Bool, Gen.Bool).Sample(
            static (seed, sizeBits, eventIndex, wholeBuffer) => Run(seed, Shape(sizeBits, eventIndex, wholeBuffer)),
            iter: 60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void KicksAreWantedAndGivenWithoutCacheCoherency(bool eventIndex)
    {
        using var caches = new Caches(Shape(4, eventIndex, wholeBuffer: true), 1);
        EnginePair<CachedPlatform> pair = caches.Pair;
        for (int i = 0; i < 100; i++)
        {
            Assert.False(pair.Remote.Engine.SetReceiveNotifications(wanted: true));
            Assert.False(pair.Host.Engine.SetReceiveNotifications(wanted: true));
            long hostKicks = caches.Host.NotifyCount;
            long remoteKicks = caches.Remote.NotifyCount;
            Assert.Equal(RpmsgSendResult.Sent, pair.Host.Engine.TrySend(1, 99, [1]));
            Assert.Equal(RpmsgSendResult.Sent, pair.Remote.Engine.TrySend(1, 99, [1]));
            Assert.Equal(hostKicks + 1, caches.Host.NotifyCount);
            Assert.Equal(remoteKicks + 1, caches.Remote.NotifyCount);
            Assert.True(pair.Remote.Engine.SetReceiveNotifications(wanted: true));
            Assert.False(pair.Remote.Engine.SetReceiveNotifications(wanted: false));
            Assert.False(pair.Host.Engine.SetReceiveNotifications(wanted: false));
            Assert.Equal(RpmsgSendResult.Sent, pair.Host.Engine.TrySend(1, 99, [1]));
            Assert.Equal(hostKicks + 1, caches.Host.NotifyCount);
            Assert.Equal(2, pair.Remote.Poll(9));
            Assert.Equal(1, pair.Host.Poll(9));
        }
    }

    private static LinkShape Shape(int sizeBits, bool eventIndex, bool wholeBuffer) => new()
    {
        EntriesToDriver = 1u << sizeBits,
        EntriesToDevice = 1u << sizeBits,
        CountToDriver = 1 << sizeBits,
        CountToDevice = 1 << sizeBits,
        SizeToDriver = 128,
        SizeToDevice = 96,
        AlignmentBytes = 64,
        EventIndex = eventIndex,
        UsedLength = wholeBuffer ? UsedLength.WholeBuffer : UsedLength.Message,
    };

    private static void Run(ulong seed, LinkShape shape)
    {
        using var caches = new Caches(shape, seed);
        var dice = new Dice(seed);
        caches.Pair.Run(ref dice, 3000);
        caches.Pair.AssertConserved();
        Assert.True(caches.Pair.Host.Inward.ReceivedCount > 0 && caches.Pair.Remote.Inward.ReceivedCount > 0);
    }

    private sealed class Caches : System.IDisposable
    {
        private readonly GuardedMemory _memory;
        private readonly GuardedMemory _hostCopy;
        private readonly GuardedMemory _remoteCopy;

        public Caches(LinkShape shape, ulong seed)
        {
            RpmsgLayout layout = shape.ToLayout(out ulong lengthBytes);
            _memory = Stale(lengthBytes, 1);
            _hostCopy = Stale(lengthBytes, 2);
            _remoteCopy = Stale(lengthBytes, 3);
            Host = new CachedMachine(_hostCopy, _memory);
            Remote = new CachedMachine(_remoteCopy, _memory);
            Pair = new(shape, layout, new CachedPlatform(Host), new CachedPlatform(Remote), seed);
        }

        public CachedMachine Host { get; }

        public CachedMachine Remote { get; }

        public EnginePair<CachedPlatform> Pair { get; }

        public void Dispose()
        {
            Pair.Dispose();
            _memory.Dispose();
            _hostCopy.Dispose();
            _remoteCopy.Dispose();
        }

        private static GuardedMemory Stale(ulong lengthBytes, ulong seed)
        {
            var memory = new GuardedMemory((nuint)lengthBytes);
            new Dice(seed).Fill(memory.Bytes);
            return memory;
        }
    }
}
