// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using CsCheck;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>Both sides of a queue against a simple model: lists of chains and who has them.</summary>
public sealed unsafe class QueueModelTests
{
    private static readonly uint[] s_sizes = [1, 2, 4, 8, 16, 64, 256, 1024];

    [Fact]
    public void QueuesAgreeWithTheModelForAnyOrderOfCalls()
        => Gen.Select(Gen.ULong, Gen.Int[0, s_sizes.Length - 1], Gen.Bool)
            .Sample(
                (seed, size, eventIndex) =>
                {
                    using var model = new Model(seed, s_sizes[size], eventIndex);
                    model.Run(2500);
                },
                iter: 60);

    [Theory]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(256u)]
    public void QueuesAgreeWithTheModelAcrossTheWrapOfTheirIndices(uint entryCount)
    {
        using var model = new Model(entryCount, entryCount, eventIndex: entryCount == 4);
        for (int i = 0; i < 100 && model.PostedCount <= 65536 + entryCount; i++)
        {
            model.Run(50_000);
        }

        Assert.True(model.PostedCount > 65536 + entryCount, $"Only {model.PostedCount} chains went round.");
    }

    [Fact]
    public void TheLargestQueueTakesAsManyChainsAsItHasEntriesTwice()
    {
        using var pair = new QueuePair(QueueSize.MaxEntryCount);
        var heads = new HashSet<ushort>();
        for (int i = 0; i < QueueSize.MaxEntryCount; i++)
        {
            Assert.True(heads.Add(pair.Build(1, deviceWrites: true)));
        }

        for (int round = 0; round < 5; round++)
        {
            foreach (ushort head in heads)
            {
                Assert.True(pair.Driver.Post(head));
            }

            pair.Driver.Flush();
            while (pair.Device.TryTake(out ushort head) == QueueResult.Taken)
            {
                Assert.True(pair.Device.Push(head, head & 1u));
            }

            pair.Device.Flush();
            int returned = 0;
            while (pair.Driver.TryTakeUsed(out ushort head, out uint written) == QueueResult.Taken)
            {
                Assert.Equal(head & 1u, written);
                returned++;
            }

            Assert.Equal(QueueSize.MaxEntryCount, returned);
        }

        Assert.Equal(0ul, pair.Driver.Faults.Total + pair.Device.Faults.Total);
    }

    private sealed class Model : IDisposable
    {
        private readonly QueuePair _pair;
        private readonly uint _entryCount;
        private readonly Dictionary<ushort, VirtqSegment[]> _ours = [];
        private readonly Queue<(ushort Head, VirtqSegment[] Segments)> _posted = new();
        private readonly List<(ushort Head, VirtqSegment[] Segments)> _held = [];
        private readonly Queue<(ushort Head, uint Written, VirtqSegment[] Segments)> _returned = new();
        private Dice _dice;
        private int _shownToDevice;
        private int _shownToDriver;
        private int _usedDescriptors;

        public Model(ulong seed, uint entryCount, bool eventIndex)
        {
            _dice = new Dice(seed);
            _entryCount = entryCount;
            _pair = new QueuePair(entryCount, eventIndex);
        }

        public int PostedCount { get; private set; }

        public void Run(int steps)
        {
            QueuePair pair = _pair;
            for (int i = 0; i < steps; i++)
            {
                Step();
                Assert.Equal((int)_entryCount - _usedDescriptors, pair.Driver.FreeDescriptorCount);
            }

            Assert.Equal(0ul, pair.Driver.Faults.Total + pair.Device.Faults.Total);
            Drain();
        }

        public void Dispose() => _pair.Dispose();

        private void Step()
        {
            switch (_dice.Below(8))
            {
                case 0:
                    Build();
                    break;
                case 1 or 2:
                    Post();
                    break;
                case 3:
                    _pair.Driver.Flush();
                    _shownToDevice = _posted.Count;
                    break;
                case 4:
                    Take();
                    break;
                case 5:
                    HandBack();
                    break;
                case 6:
                    _pair.Device.Flush();
                    _shownToDriver = _returned.Count;
                    break;
                default:
                    TakeUsed();
                    break;
            }
        }

        private void Build()
        {
            int most = (int)Math.Min(_entryCount, 6);
            var segments = new VirtqSegment[1 + _dice.Below(most)];
            int readable = _dice.Below(segments.Length + 1);
            for (int i = 0; i < segments.Length; i++)
            {
                segments[i] = _pair.Segment((ulong)_dice.Below(1000), (uint)_dice.Below(1000), i >= readable);
            }

            bool fits = segments.Length <= _entryCount - _usedDescriptors;
            Assert.Equal(fits, _pair.Driver.TryBuild(segments, out ushort head));
            if (fits)
            {
                _usedDescriptors += segments.Length;
                _ours.Add(head, segments);
            }
        }

        private void Post()
        {
            if (TryPickOurs(out ushort head))
            {
                Assert.True(_pair.Driver.Post(head));
                _ = _ours.Remove(head, out VirtqSegment[]? segments);
                _posted.Enqueue((head, segments!));
                PostedCount++;
            }
        }

        private void Take()
        {
            Assert.Equal(_shownToDevice > 0, _pair.Device.HasAvailable());
            QueueResult result = _pair.Device.TryTake(out ushort head);
            Assert.Equal(_shownToDevice > 0 ? QueueResult.Taken : QueueResult.Empty, result);
            if (result == QueueResult.Taken)
            {
                _shownToDevice--;
                (ushort expected, VirtqSegment[] segments) = _posted.Dequeue();
                Assert.Equal(expected, head);
                AssertChain(head, segments);
                _held.Add((head, segments));
            }
        }

        private void AssertChain(ushort head, VirtqSegment[] segments)
        {
            VirtqChain<TestPlatform> chain = _pair.Device.OpenChain(head);
            foreach (VirtqSegment expected in segments)
            {
                ChainResult result = chain.TryNext(ref _pair.DevicePlatform, out VirtqSegment segment, out _);
                Assert.Equal(ChainResult.Segment, result);
                Assert.Equal(expected, segment);
            }

            Assert.Equal(ChainResult.End, chain.TryNext(ref _pair.DevicePlatform, out _, out _));
        }

        private void HandBack()
        {
            if (_held.Count == 0)
            {
                return;
            }

            // Any of them: the device need not keep the order.
            int index = _dice.Below(_held.Count);
            (ushort head, VirtqSegment[] segments) = _held[index];
            _held.RemoveAt(index);
            uint writable = 0;
            foreach (VirtqSegment segment in segments)
            {
                writable += segment.DeviceWrites ? segment.LengthBytes : 0;
            }

            uint written = (uint)_dice.Below((int)writable + 1);
            Assert.True(_pair.Device.Push(head, written));
            _returned.Enqueue((head, written, segments));
        }

        private void TakeUsed()
        {
            Assert.Equal(_shownToDriver > 0, _pair.Driver.HasUsed());
            QueueResult result = _pair.Driver.TryTakeUsed(out ushort head, out uint written);
            Assert.Equal(_shownToDriver > 0 ? QueueResult.Taken : QueueResult.Empty, result);
            if (result != QueueResult.Taken)
            {
                return;
            }

            _shownToDriver--;
            (ushort Head, uint Written, VirtqSegment[] Segments) expected = _returned.Dequeue();
            Assert.Equal((expected.Head, expected.Written), (head, written));
            _ours.Add(head, expected.Segments);
            if (_dice.OneIn(3))
            {
                Free(head);
            }
        }

        private void Free(ushort head)
        {
            Assert.True(_pair.Driver.Free(head));
            _ = _ours.Remove(head, out VirtqSegment[]? segments);
            _usedDescriptors -= segments!.Length;
        }

        /// <summary>Lets all go home: no descriptor is lost.</summary>
        private void Drain()
        {
            _pair.Driver.Flush();
            _shownToDevice = _posted.Count;
            while (_posted.Count > 0)
            {
                Take();
            }

            while (_held.Count > 0)
            {
                HandBack();
            }

            _pair.Device.Flush();
            _shownToDriver = _returned.Count;
            while (_returned.Count > 0)
            {
                TakeUsed();
            }

            while (TryPickOurs(out ushort head))
            {
                Free(head);
            }

            Assert.Equal((int)_entryCount, _pair.Driver.FreeDescriptorCount);
        }

        private bool TryPickOurs(out ushort head)
        {
            head = 0;
            int skip = _ours.Count == 0 ? 0 : _dice.Below(Math.Min(_ours.Count, 4));
            foreach (ushort candidate in _ours.Keys)
            {
                head = candidate;
                if (skip-- == 0)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
