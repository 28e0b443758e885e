// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using CsCheck;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Memory;

public sealed unsafe class MemoryMapTests : IDisposable
{
    private readonly byte* _memory = (byte*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(1 << 20);

    public void Dispose() => System.Runtime.InteropServices.NativeMemory.Free(_memory);

    [Fact]
    public void TheThreeAddressesOfAByteAreFoundFromEachOther()
    {
        MemoryMap map = new();
        map.Add(Region("ram", 0x1000, 0x1000, 0x8000_0000));
        map.Add(Region("rom", 0x4000, 0x800));
        Assert.True(map.TryToPhysical(new(0x1fff), out ulong physical));
        Assert.Equal(0x8000_0fffUL, physical);
        Assert.False(map.TryToPhysical(new(0x2000), out _));
        Assert.True(map.TryFromPhysical(0x8000_0fff, out DeviceAddress address));
        Assert.Equal(0x1fffUL, address.Value);
        Assert.False(map.TryFromPhysical(0x1fff, out _));
        Assert.True(map.TryTranslate(new(0x1ffe), 2, out SharedRegion bytes));
        Assert.True(map.TryFromPointer(bytes.Start, out address));
        Assert.Equal(0x1ffeUL, address.Value);
        Assert.False(map.TryTranslate(new(0x1ffe), 3, out _));
        Assert.False(map.TryTranslate(new(0xfff), 1, out _));
        Assert.False(map.TryFromPointer(_memory + (1 << 19), out _));
    }

    [Theory]
    [InlineData(ulong.MaxValue - 0xfff)]
    [InlineData(0UL)]
    [InlineData(0xffff_f000UL)]
    public void ARegionMayEndAtTheTopOfTheAddressSpace(ulong start)
    {
        MemoryMap map = new();
        map.Add(Region("top", start, 0x1000));
        Assert.True(map.TryTranslate(new(unchecked(start + 0xfff)), 1, out _));
        Assert.False(map.TryTranslate(new(unchecked(start + 0xfff)), 2, out _));
        Carveout all = map.Allocate("all", 0x1000, 1);
        Assert.Equal(start, all.Address.Value);
        Assert.Throws<MemoryMapException>(() => map.Allocate("more", 1, 1));
        Assert.Throws<MemoryMapException>(() => map.Reserve("again", new(start), 1));
        map.Free(all);
        map.Free(all);
        Assert.Equal(start, map.Allocate("first", 0xfff, 1).Address.Value);
        Assert.Equal(unchecked(start + 0xfff), map.Allocate("last", 1, 1).Address.Value);
        Assert.Throws<MemoryMapException>(() => map.Allocate("more", 1, 1));
    }

    [Fact]
    public void RegionsThatOverlapWrapOrShareANameAreRefused()
    {
        MemoryMap map = new();
        map.Add(Region("one", 0x1000, 0x1000));
        Assert.Throws<MemoryMapException>(() => map.Add(Region("two", 0x1fff, 1)));
        Assert.Throws<MemoryMapException>(() => map.Add(Region("two", 0, 0x1001)));
        Assert.Throws<MemoryMapException>(() => map.Add(Region("one", 0x5000, 1)));
        Assert.Throws<MemoryMapException>(() => map.Add(Region("wraps", ulong.MaxValue, 2)));
        Assert.Throws<MemoryMapException>(() => map.Add(Region("empty", 0x9000, 0)));
        map.Add(Region("two", 0x2000, 0x1000));
        Carveout taken = map.Reserve("taken", new(0x2000), 1);
        Assert.Throws<MemoryMapException>(() => map.Remove(taken.Region));
        map.Free(taken);
        map.Remove(taken.Region);
        Assert.Throws<MemoryMapException>(() => map.Remove(taken.Region));
    }

    [Fact]
    public void WhatIsTakenNeverOverlapsIsAlignedAndLiesInItsRegion()
        => Gen.Select(Gen.ULong[0, 0x3000], Gen.UInt[0, 12], Gen.Bool, (length, shift, frees)
                => (Length: length + 1, Alignment: 1U << (int)shift, Frees: frees)).Array[1, 60]
            .Sample(steps =>
            {
                foreach (ulong start in new ulong[] { 0, 0x1234, 0xffff_ffff_ffff_0000 })
                {
                    MemoryMap map = new();
                    MemoryRegion region = Region("pool", start, 0x1_0000);
                    map.Add(region);
                    var kept = new List<Carveout>();
                    foreach ((ulong length, uint alignment, bool frees) in steps)
                    {
                        try
                        {
                            Carveout carveout = map.Allocate("x", length, alignment);
                            Assert.True(region.Contains(carveout.Address, length));
                            Assert.True(carveout.Address.IsAlignedTo(alignment));
                            Assert.All(kept, other => Assert.True(
                                Offset(other) + other.LengthBytes <= Offset(carveout)
                                || Offset(carveout) + length <= Offset(other)));
                            kept.Add(carveout);
                        }
                        catch (MemoryMapException)
                        {
                            // Full: there must be something to be full of.
                            Assert.NotEmpty(map.Carveouts);
                        }

                        if (frees && kept.Count > 0)
                        {
                            map.Free(kept[0]);
                            kept.RemoveAt(0);
                        }
                    }

                    ulong Offset(Carveout carveout) => unchecked(carveout.Address.Value - start);
                }
            }, iter: 200);

    // SAFETY: no byte outside the allocation is touched; the tests look at addresses only.
    private MemoryRegion Region(string name, ulong address, ulong length, ulong? physical = null)
        => new()
        {
            Name = name,
            Memory = new SharedRegion(_memory + (address & 0xffff), length, new DeviceAddress(address)),
            PhysicalAddress = physical,
            IsPool = true,
        };
}
