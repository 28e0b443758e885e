// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>One direction of random traffic: what is under way, and the check of what arrives.</summary>
internal sealed class Traffic
{
    private readonly Queue<(uint Source, uint Destination, int Length, ulong Seed)> _underWay = new();
    private readonly byte[] _expected = new byte[65536];
    private Dice _dice;

    public Traffic(ulong seed) => _dice = new Dice(seed);

    /// <summary>Whether the handler keeps some buffers.</summary>
    public bool KeepsBuffers { get; set; }

    public List<RpmsgBuffer> Kept { get; } = [];

    public int UnderWayCount => _underWay.Count;

    public long ReceivedCount { get; private set; }

    /// <summary>Notes a message that was sent; its payload is what <see cref="Fill"/> makes of the seed.</summary>
    public void Sent(uint source, uint destination, int length, ulong seed)
        => _underWay.Enqueue((source, destination, length, seed));

    public static void Fill(Span<byte> payload, ulong seed) => new Dice(seed).Fill(payload);

    /// <summary>Checks a message against the oldest under way, and decides whether its buffer is kept.</summary>
    public bool Receive(in RpmsgDelivery delivery)
    {
        Assert.True(_underWay.TryDequeue(out (uint Source, uint Destination, int Length, ulong Seed) expected));
        Assert.Equal(
            (expected.Source, expected.Destination, expected.Length),
            (delivery.Source, delivery.Destination, (int)delivery.LengthBytes));
        Span<byte> payload = _expected.AsSpan(0, expected.Length);
        Fill(payload, expected.Seed);
        Assert.True(payload.SequenceEqual(delivery.Payload), "The payload is not what was sent.");
        ReceivedCount++;
        bool keeps = KeepsBuffers && _dice.OneIn(4);
        if (keeps)
        {
            Kept.Add(delivery.Buffer);
        }

        return keeps;
    }

    /// <summary>Takes one of the kept buffers, any of them.</summary>
    public RpmsgBuffer TakeKept()
    {
        int index = _dice.Below(Kept.Count);
        RpmsgBuffer buffer = Kept[index];
        Kept.RemoveAt(index);
        return buffer;
    }
}
