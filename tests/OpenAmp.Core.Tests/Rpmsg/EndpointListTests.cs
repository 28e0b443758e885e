// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using CsCheck;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

public sealed unsafe class EndpointListTests : IDisposable
{
    private const int Capacity = 6;

    private readonly GuardedMemory _memory = new((nuint)(Capacity * sizeof(EndpointEntry)));

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void AddressThatIsTakenIsNotGivenAgain()
    {
        EndpointList list = List();
        Assert.True(list.TryAdd(1024, 1));
        Assert.False(list.TryAdd(1024, 2));
        Assert.True(list.TryAllocate(3, out uint address));
        Assert.Equal(1025u, address);
        Assert.True(list.TryFind(1024, out nint context));
        Assert.Equal(1, context);
    }

    [Fact]
    public void AddressThatWasGivenUpIsNotHandedOutSoon()
    {
        EndpointList list = List();
        Assert.True(list.TryAllocate(1, out uint first));
        Assert.True(list.TryRemove(first));
        Assert.True(list.TryAllocate(2, out uint second));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void AllocationGoesRoundAtTheLastAddressAndSkipsWhatIsTaken()
    {
        EndpointList list = List(RpmsgAddress.Any - 3);
        Assert.True(list.TryAdd(RpmsgAddress.Any - 2, 0));
        Assert.True(list.TryAllocate(1, out uint address));
        Assert.Equal(RpmsgAddress.Any - 3, address);
        Assert.True(list.TryAllocate(2, out address));
        Assert.Equal(RpmsgAddress.Any - 1, address);
        Assert.False(list.TryAllocate(3, out address));
        Assert.Equal(RpmsgAddress.Any, address);
        Assert.True(list.TryRemove(RpmsgAddress.Any - 3));
        Assert.True(list.TryAllocate(4, out address));
        Assert.Equal(RpmsgAddress.Any - 3, address);
    }

    [Fact]
    public void AnyIsNoAddress()
    {
        EndpointList list = List();
        Assert.False(list.TryAdd(RpmsgAddress.Any, 1));
        Assert.False(list.TryFind(RpmsgAddress.Any, out _));
        Assert.False(list.TryRemove(RpmsgAddress.Any));
    }

    [Fact]
    public void FullListRefusesOneMoreAndTakesItAfterARemoval()
    {
        EndpointList list = List();
        for (uint address = 1; address <= Capacity; address++)
        {
            Assert.True(list.TryAdd(address, (nint)address));
        }

        Assert.False(list.TryAdd(99, 1));
        Assert.False(list.TryAllocate(1, out _));
        Assert.True(list.TryRemove(1));
        Assert.True(list.TryAdd(99, 1));
        Assert.Equal(Capacity, list.Count);
    }

    [Fact]
    public void ListAgreesWithADictionaryThroughAnyChurn()
        => Gen.Select(Gen.UInt[0, 9], Gen.Bool).List[1, 60].Sample(steps =>
        {
            // Samples run side by side: each has memory of its own.
            EndpointEntry* entries = stackalloc EndpointEntry[Capacity];
            var list = new EndpointList(entries, Capacity, RpmsgAddress.FirstDynamic);
            Dictionary<uint, nint> model = [];
            nint context = 0;
            foreach ((uint address, bool adds) in steps)
            {
                bool expected = adds
                    ? model.Count < Capacity && model.TryAdd(address, ++context)
                    : model.Remove(address);
                Assert.Equal(expected, adds ? list.TryAdd(address, context) : list.TryRemove(address));
                Assert.Equal(model.Count, list.Count);
                for (uint i = 0; i < 10; i++)
                {
                    Assert.Equal(model.TryGetValue(i, out nint known), list.TryFind(i, out nint found));
                    Assert.Equal(known, found);
                }
            }
        });

    private EndpointList List(uint firstDynamic = RpmsgAddress.FirstDynamic)
        => new((EndpointEntry*)_memory.Start, Capacity, firstDynamic);
}
