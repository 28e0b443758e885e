// SPDX-License-Identifier: BSD-3-Clause

using System;
using CsCheck;
using OpenAmp.Memory;
using Xunit;

namespace OpenAmp.Core.Tests;

public sealed unsafe class SharedRegionTests
{
    [Theory]
    [InlineData(0x1000ul, 0ul, true)]
    [InlineData(0x1000ul, 0x100ul, true)]
    [InlineData(0x1000ul, 0x101ul, false)]
    [InlineData(0x10FFul, 1ul, true)]
    [InlineData(0x10FFul, 2ul, false)]
    [InlineData(0x1100ul, 0ul, true)]
    [InlineData(0x1100ul, 1ul, false)]
    [InlineData(0x1101ul, 0ul, false)]
    [InlineData(0x0FFFul, 1ul, false)]
    [InlineData(0x0FFFul, 2ul, false)]
    [InlineData(0ul, 0x1001ul, false)]
    [InlineData(ulong.MaxValue, 1ul, false)]
    [InlineData(ulong.MaxValue, 0x1002ul, false)]
    [InlineData(0x1010ul, ulong.MaxValue, false)]
    [InlineData(0x1010ul, ulong.MaxValue - 0xF, false)]
    public void TranslatesExactlyTheRangesThatLieInside(ulong address, ulong lengthBytes, bool expected)
    {
        byte* start = stackalloc byte[0x100];
        var region = new SharedRegion(start, 0x100, new DeviceAddress(0x1000));

        bool translated = region.TryTranslate(new DeviceAddress(address), lengthBytes, out byte* pointer);

        Assert.Equal(expected, translated);
        Assert.True(pointer == (expected ? start + (address - 0x1000) : null));
    }

    [Fact]
    public void TranslationAgreesWithArithmeticOfUnlimitedWidth()
    {
        // Addresses around both ends of a region that ends at 2^64 and of one that begins at 0.
        ulong[] edges = [0, 0x1000, ulong.MaxValue - 0xFFF, 0x2000];
        Gen<ulong> address = Gen.Select(Gen.Int[0, 3], Gen.ULong[0, 64])
            .Select((edge, near) => unchecked(edges[edge] + near - 32));
        Gen<ulong> length = Gen.OneOf(Gen.ULong[0, 64], Gen.ULong[0xFE0, 0x1020], Gen.ULong);
        Gen<ulong> regionStart = Gen.Int[0, 2].Select(edge => edges[edge]);
        Gen.Select(regionStart, address, length).Sample((start, at, count) =>
        {
            var region = new SharedRegion((byte*)0x10000, 0x1000, new DeviceAddress(start));
            bool inside = at >= start && (UInt128)at + count <= (UInt128)start + 0x1000;

            // The first byte behind a region that ends at 2^64 has no address of its own.
            return region.TryTranslate(new DeviceAddress(at), count, out byte* pointer) == inside
                || (at < start && count == 0 && unchecked(at - start) == 0x1000 && pointer != null);
        });
    }

    [Fact]
    public void AddressesAddModulo2To64()
        => Assert.Equal(4ul, new DeviceAddress(ulong.MaxValue - 3).Plus(8).Value);

    [Fact]
    public void IndexesPublishTheFullSixteenBits()
    {
        PublishedIndex index = default;
        index.WriteRelease(0xFFFF);
        Assert.Equal(0xFFFF, index.ReadAcquire());
        Assert.Equal(2, sizeof(PublishedIndex));
    }
}
