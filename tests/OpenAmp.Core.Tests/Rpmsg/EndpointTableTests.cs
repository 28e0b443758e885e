// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using CsCheck;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Core.Tests;

public sealed unsafe class EndpointTableTests : IDisposable
{
    private readonly List<GuardedMemory> _memories = [];

    public void Dispose() => _memories.ForEach(static memory => memory.Dispose());

    /// <summary>C library defect 6.1 #7: with 128 addresses, endpoint 129 and later shared them.</summary>
    [Theory]
    [InlineData(200, 512)]
    [InlineData(5000, 8192)]
    public void DynamicEndpointsNeverShareAnAddress(int count, int slotCount)
    {
        EndpointTable table = Table(slotCount);
        var addresses = new HashSet<uint>();
        for (int i = 0; i < count; i++)
        {
            Assert.True(table.TryAllocate(i, out uint address));
            Assert.True(addresses.Add(address), $"Address {address} was handed out twice.");
            Assert.True(address >= RpmsgAddress.FirstDynamic);
        }

        Assert.Equal(count, table.Count);
        Assert.Contains(RpmsgAddress.FirstDynamic, addresses);
        int context = 0;
        foreach (uint address in addresses)
        {
            Assert.True(table.TryFind(address, out nint found));
            Assert.Equal(context++, (int)found);
        }
    }

    [Fact]
    public void AddressThatIsTakenIsNotGivenAgain()
    {
        EndpointTable table = Table(16);
        Assert.True(table.TryAdd(1024, 1));
        Assert.False(table.TryAdd(1024, 2));
        Assert.True(table.TryAllocate(3, out uint address));
        Assert.Equal(1025u, address);
        Assert.True(table.TryFind(1024, out nint context));
        Assert.Equal(1, context);
    }

    [Fact]
    public void AnyIsNoAddress()
    {
        EndpointTable table = Table(16);
        Assert.False(table.TryAdd(RpmsgAddress.Any, 1));
        Assert.True(table.TryAdd(5, 1));
        Assert.True(table.TryRemove(5));
        Assert.False(table.TryFind(RpmsgAddress.Any, out _));
        Assert.False(table.TryRemove(RpmsgAddress.Any));
    }

    [Fact]
    public void AddressThatWasGivenUpIsNotHandedOutSoon()
    {
        EndpointTable table = Table(16);
        Assert.True(table.TryAllocate(1, out uint first));
        Assert.True(table.TryRemove(first));
        Assert.True(table.TryAllocate(2, out uint second));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void AllocationGoesRoundAtTheLastAddressAndSkipsWhatIsTaken()
    {
        EndpointTable table = Table(16, RpmsgAddress.Any - 2);
        Assert.True(table.TryAllocate(1, out uint first));
        Assert.True(table.TryAllocate(2, out uint second));
        Assert.False(table.TryAllocate(3, out _));
        Assert.True(table.TryRemove(first));
        Assert.True(table.TryAllocate(4, out uint third));

        Assert.Equal([RpmsgAddress.Any - 2, RpmsgAddress.Any - 1, RpmsgAddress.Any - 2], [first, second, third]);
    }

    [Fact]
    public void FullTableRefusesOneMoreAndTakesItAfterARemoval()
    {
        EndpointTable table = Table(8);
        for (int i = 0; i < 6; i++)
        {
            Assert.False(table.IsFull);
            Assert.True(table.TryAllocate(i, out _));
        }

        Assert.True(table.IsFull);
        Assert.False(table.TryAllocate(6, out _));
        Assert.Equal(6, table.Count);
        Assert.True(table.TryRemove(1026));
        Assert.True(table.TryAllocate(6, out uint address));
        Assert.True(table.TryFind(address, out _));
    }

    [Fact]
    public void EndpointsThatComeAndGoNeverWearTheTableOut()
    {
        EndpointTable table = Table(8);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(table.TryAllocate(i, out _));
        }

        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(table.TryAllocate(i, out uint address), $"Endpoint {i} found no room beside five others.");
            Assert.True(table.TryFind(address, out nint context));
            Assert.Equal(i, context);
            Assert.True(table.TryRemove(address));
            Assert.False(table.TryFind(address, out _));
        }
    }

    [Fact]
    public void LargerTableTakesOverEndpointsAndGoesOnCounting()
    {
        EndpointTable table = Table(8);
        for (int i = 0; i < 6; i++)
        {
            Assert.True(table.TryAllocate(i, out _));
        }

        EndpointTable larger = Table(16);
        Assert.True(table.CopyTo(ref larger));
        Assert.Equal(6, larger.Count);
        Assert.True(larger.TryFind(1029, out nint context));
        Assert.Equal(5, context);
        Assert.True(larger.TryAllocate(7, out uint next));
        Assert.Equal(1030u, next);

        EndpointTable small = Table(4);
        Assert.False(table.CopyTo(ref small));
    }

    [Fact]
    public void TableAgreesWithADictionaryThroughAnyChurn()
        => Gen.Select(Gen.ULong, Gen.Int[2, 8], Gen.Int[1, 40])
            .Sample((seed, sizeBits, addressCount) => RunChurn(seed, 1 << sizeBits, addressCount * 3), iter: 200);

    [Fact]
    public void ReadersBesideAWriterSeeAnEndpointWholeOrNotAtAll()
    {
        EndpointTable table = Table(32);

        // Half of the endpoints stay; the other half come and go. A context says which address it belongs to.
        for (uint address = 1; address <= 8; address++)
        {
            Assert.True(table.TryAdd(address, Context(address, 0)));
        }

        EndpointTable shared = table;
        bool done = false;
        long found = 0;
        var reader = new Companion(() => found = Read(shared, ref done));
        try
        {
            var dice = new Dice(7);
            for (uint i = 1; i <= 400_000 && !reader.IsOver; i++)
            {
                uint address = 9 + (uint)dice.Below(12);
                if (!table.TryRemove(address))
                {
                    Assert.True(table.TryAdd(address, Context(address, i)));
                }
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            reader.Join();
        }

        Assert.True(found > 100, $"The reader found {found} endpoints that come and go: the run proved nothing.");
    }

    private static nint Context(uint address, uint count) => (nint)(((ulong)count << 16) | address);

    private static long Read(EndpointTable table, ref bool done)
    {
        long found = 0;
        do
        {
            for (uint address = 1; address <= 21; address++)
            {
                bool there = table.TryFind(address, out nint context);
                Assert.True(there || address > 8, "An endpoint that stays was not found.");
                Assert.True(!there || (context & 0xFFFF) == (nint)address, "An address found another's context.");
                found += there && address > 8 ? 1 : 0;
            }
        }
        while (!Volatile.Read(ref done));

        return found;
    }

    private static void AssertSame(EndpointTable table, Dictionary<uint, nint> model, int addressCount)
    {
        Assert.Equal(model.Count, table.Count);
        for (uint address = 0; address < addressCount; address++)
        {
            bool expected = model.TryGetValue(address, out nint context);
            Assert.Equal(expected, table.TryFind(address, out nint found));
            Assert.Equal(context, found);
        }
    }

    private static void RunChurn(ulong seed, int slotCount, int addressCount)
    {
        using var memory = new GuardedMemory((nuint)(slotCount * sizeof(EndpointSlot)));
        var table = new EndpointTable((EndpointSlot*)memory.Start, slotCount, RpmsgAddress.FirstDynamic);
        var model = new Dictionary<uint, nint>();
        var dice = new Dice(seed);
        int capacity = slotCount - (slotCount / 4);
        for (int i = 0; i < 400; i++)
        {
            uint address = (uint)dice.Below(addressCount);
            if (dice.OneIn(2))
            {
                bool fits = !model.ContainsKey(address) && model.Count < capacity;
                Assert.Equal(fits, table.TryAdd(address, i));
                if (fits)
                {
                    model.Add(address, i);
                }
            }
            else
            {
                Assert.Equal(model.Remove(address), table.TryRemove(address));
            }

            AssertSame(table, model, addressCount);
        }
    }

    private EndpointTable Table(int slotCount, uint firstDynamic = RpmsgAddress.FirstDynamic)
    {
        var memory = new GuardedMemory((nuint)(slotCount * sizeof(EndpointSlot)));
        _memories.Add(memory);
        return new EndpointTable((EndpointSlot*)memory.Start, slotCount, firstDynamic);
    }
}
