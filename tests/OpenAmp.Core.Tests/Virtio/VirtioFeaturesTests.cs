// SPDX-License-Identifier: BSD-3-Clause

using CsCheck;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Core.Tests.Virtio;

public sealed class VirtioFeaturesTests
{
    [Fact]
    public void FeatureNumbersAreTheSpecifications()
    {
        int[] numbers =
        [
            VirtioFeatures.RpmsgNameService, VirtioFeatures.NotifyOnEmpty, VirtioFeatures.AnyLayout,
            VirtioFeatures.RingIndirectDesc, VirtioFeatures.RingEventIdx, VirtioFeatures.BadFeature,
            VirtioFeatures.Version1, VirtioFeatures.AccessPlatform, VirtioFeatures.RingPacked, VirtioFeatures.InOrder,
            VirtioFeatures.OrderPlatform, VirtioFeatures.SingleRootIoVirtualization, VirtioFeatures.NotificationData,
            VirtioFeatures.NotificationConfigData, VirtioFeatures.RingReset, VirtioFeatures.AdminVirtqueue,
        ];
        Assert.Equal([0, 24, 27, 28, 29, 30, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41], numbers);
    }

    [Fact]
    public void StatusBitsAreTheSpecifications()
        => Assert.Equal(
            [1, 2, 4, 8, 0x40, 0x80],
            new[]
            {
                (int)VirtioStatus.Acknowledge, (int)VirtioStatus.Driver, (int)VirtioStatus.DriverOk,
                (int)VirtioStatus.FeaturesOk, (int)VirtioStatus.NeedsReset, (int)VirtioStatus.Failed,
            });

    [Fact]
    public void AddedFeatureIsTheOnlyOneThatChanges()
        => Gen.Select(Gen.ULong, Gen.Int[0, 63]).Sample((bits, bit) =>
        {
            VirtioFeatures more = new VirtioFeatures(bits).With(bit);
            return more.Has(bit) && more.Bits == (bits | (1UL << bit))
                && !more.Without(bit).Has(bit) && more.Without(bit).Bits == (bits & ~(1UL << bit));
        });

    [Fact]
    public void HalvesJoinToTheSameSet()
        => Gen.ULong.Sample(bits =>
        {
            var set = new VirtioFeatures(bits);
            return VirtioFeatures.FromHalves(set.Low32, set.High32).Bits == bits;
        });

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void NumberOutsideTheWordNamesNoFeature(int bit)
    {
        Assert.False(new VirtioFeatures(ulong.MaxValue).Has(bit));
        Assert.Equal(5UL, new VirtioFeatures(5).With(bit).Bits);
        Assert.Equal(5UL, new VirtioFeatures(5).Without(bit).Bits);
    }

    [Fact]
    public void CommonFeaturesAreThoseOfBothSides()
        => Assert.Equal(0b100UL, new VirtioFeatures(0b110).And(new VirtioFeatures(0b101)).Bits);
}
