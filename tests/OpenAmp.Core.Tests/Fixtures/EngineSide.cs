// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Platform;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

/// <summary>One engine of a link and what a program does with it at random.</summary>
/// <typeparam name="TTransmit">The ring for sending.</typeparam>
/// <typeparam name="TReceive">The ring for receiving.</typeparam>
/// <typeparam name="TPlatform">The machine.</typeparam>
internal sealed unsafe class EngineSide<TTransmit, TReceive, TPlatform>
    where TTransmit : struct, ITransmitPort
    where TReceive : struct, IReceivePort
    where TPlatform : struct, IPlatform
{
    public const uint Endpoint = 1024;
    private readonly List<RpmsgBuffer> _rented = [];
    private readonly byte[] _payload = new byte[65536];
    private readonly int _capacity;
    private TrafficHandler _handler;

    // A field, since calls on a property of struct type would change a copy.
    public RpmsgEngine<TTransmit, TReceive, TPlatform> Engine;

    public EngineSide(
        RpmsgEngine<TTransmit, TReceive, TPlatform> engine, Traffic outward, Traffic inward, int capacity)
    {
        Engine = engine;
        Outward = outward;
        Inward = inward;
        _capacity = capacity;
        _handler = new TrafficHandler(inward);
        Assert.True(Engine.TryCreateEndpoint(0, out uint address));
        Assert.Equal(Endpoint, address);
    }

    public Traffic Outward { get; }

    public Traffic Inward { get; }

    public int Poll(int budget) => Engine.Poll(ref _handler, budget);

    /// <summary>Does one thing.</summary>
    public void Step(ref Dice dice)
    {
        switch (dice.Below(10))
        {
            case < 4:
                Send(ref dice);
                break;
            case 4:
                Rent();
                break;
            case 5:
                UseRented(ref dice);
                break;
            case 6:
                ReleaseKept();
                break;
            default:
                int budget = dice.Below(6);
                Assert.InRange(Poll(budget), 0, budget);
                break;
        }
    }

    /// <summary>Gives back all that it holds.</summary>
    public void LetGo()
    {
        Inward.KeepsBuffers = false;
        _rented.ForEach(buffer => Engine.ReleaseRented(buffer));
        _rented.Clear();
        while (Inward.Kept.Count > 0)
        {
            ReleaseKept();
        }
    }

    /// <summary>Rents as many buffers as there are, and releases them.</summary>
    public int CountFree()
    {
        while (Engine.TryRent(out RpmsgBuffer buffer) == RpmsgSendResult.Sent)
        {
            Assert.DoesNotContain(_rented, other => other.Start == buffer.Start);
            _rented.Add(buffer);
        }

        int count = _rented.Count;
        LetGo();
        return count;
    }

    private void Send(ref Dice dice)
    {
        int length = dice.OneIn(20) ? _capacity + 1 + dice.Below(3) : dice.Below(_capacity + 1);
        ulong seed = dice.Next();
        Traffic.Fill(_payload.AsSpan(0, length), seed);
        RpmsgSendResult result = Engine.TrySend((uint)length, Endpoint, _payload.AsSpan(0, length));
        if (result == RpmsgSendResult.Sent)
        {
            Assert.True(length <= _capacity);
            Outward.Sent((uint)length, Endpoint, length, seed);
        }
        else
        {
            Assert.True(result == RpmsgSendResult.NoBuffer || length > _capacity);
        }
    }

    private void Rent()
    {
        if (Engine.TryRent(out RpmsgBuffer buffer) == RpmsgSendResult.Sent)
        {
            Assert.Equal((uint)_capacity, buffer.PayloadCapacityBytes);
            _rented.Add(buffer);
        }
    }

    private void UseRented(ref Dice dice)
    {
        if (_rented.Count == 0)
        {
            return;
        }

        int index = dice.Below(_rented.Count);
        RpmsgBuffer buffer = _rented[index];
        _rented.RemoveAt(index);
        if (dice.OneIn(2))
        {
            Engine.ReleaseRented(buffer);
            return;
        }

        ushort length = (ushort)dice.Below(_capacity + 1);
        ulong seed = dice.Next();
        Traffic.Fill(new Span<byte>(buffer.Payload, length), seed);
        Assert.Equal(RpmsgSendResult.Sent, Engine.SendRented(buffer, 1, Endpoint, length));
        Outward.Sent(1, Endpoint, length, seed);
    }

    private void ReleaseKept()
    {
        if (Inward.Kept.Count > 0)
        {
            Assert.True(Engine.Release(Inward.TakeKept()));
        }
    }
}
