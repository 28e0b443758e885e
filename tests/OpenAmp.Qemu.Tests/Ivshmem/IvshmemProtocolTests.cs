// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Qemu.Ivshmem;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class IvshmemProtocolTests
{
    [Fact]
    public void MessagesMeanWhatTheirPlaceSays()
    {
        IvshmemProtocol protocol = new();
        Assert.Equal(IvshmemStep.Version, protocol.Take(0, false));
        Assert.Equal(IvshmemStep.OwnId, protocol.Take(3, false));
        Assert.Equal(IvshmemStep.Memory, protocol.Take(-1, true));
        Assert.Equal(IvshmemStep.PeerVector, protocol.Take(0, true));
        Assert.Equal(IvshmemStep.OwnVector, protocol.Take(3, true));
        Assert.Equal(IvshmemStep.PeerLeft, protocol.Take(0, false));
        Assert.Equal(IvshmemStep.PeerVector, protocol.Take(65535, true));
        Assert.Equal(3, protocol.OwnId);
    }

    [Theory]
    [InlineData(0, 1, false, "the protocol's version 0 alone was expected, and 1 came without a descriptor.")]
    [InlineData(0, 0, true, "the protocol's version 0 alone was expected, and 0 came with a descriptor.")]
    [InlineData(1, 65536, false, "this client's id 0 to 65535 alone was expected, and 65536 came without")]
    [InlineData(1, -1, false, "this client's id")]
    [InlineData(1, 5, true, "this client's id")]
    [InlineData(2, -1, false, "the shared memory -1 with a descriptor was expected, and -1 came without a descriptor.")]
    [InlineData(2, 0, true, "the shared memory")]
    [InlineData(3, -1, true, "a peer's coming or leaving, or a vector")]
    [InlineData(3, 65536, true, "a peer's coming or leaving, or a vector")]
    [InlineData(3, 7, false, "if it is this client's own 7 was expected, and 7 came without a descriptor.")]
    public void WhatBreaksTheOrderIsRefusedWithExpectedAndActual(int place, long number, bool descriptor, string reason)
    {
        IvshmemProtocol protocol = new();
        (long, bool)[] start = [(0, false), (7, false), (-1, true)];
        foreach ((long known, bool withDescriptor) in start.AsSpan(0, place))
        {
            Assert.NotEqual(IvshmemStep.Malformed, protocol.Take(known, withDescriptor));
        }

        Assert.Equal(IvshmemStep.Malformed, protocol.Take(number, descriptor));
        Assert.Contains(reason, protocol.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void NoSequenceOfMessagesIsTakenForMoreThanItIs()
    {
        const int Rounds = 20_000;
        Random random = new(20261126);
        int[] steps = new int[Enum.GetValues<IvshmemStep>().Length];
        for (int round = 0; round < Rounds; round++)
        {
            IvshmemProtocol protocol = new();
            for (int message = 0; message < 12; message++)
            {
                long number = random.Next(4) switch
                {
                    0 => random.NextInt64(long.MinValue, long.MaxValue),
                    1 => random.Next(-2, 4),
                    2 => message == 0 ? 0 : message == 2 ? -1 : random.Next(3),
                    _ => random.Next(65530, 65540),
                };
                bool descriptor = random.Next(2) == 0;
                long ownId = protocol.OwnId;
                IvshmemStep step = protocol.Take(number, descriptor);
                steps[(int)step]++;
                bool needsDescriptor = step is IvshmemStep.Memory or IvshmemStep.PeerVector or IvshmemStep.OwnVector;
                Assert.True(step == IvshmemStep.Malformed || needsDescriptor == descriptor);
                Assert.True(step is not (IvshmemStep.PeerVector or IvshmemStep.PeerLeft) || number != ownId);
                Assert.True(ownId < 0 || ownId == protocol.OwnId);
                if (step == IvshmemStep.Malformed)
                {
                    Assert.NotEmpty(protocol.Reason);
                    break;
                }
            }
        }

        Assert.DoesNotContain(0, steps);
    }
}
