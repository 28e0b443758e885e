// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Loading;

public sealed class AllocationTests
{
    [Fact]
    public async Task WhatMayLieAnywhereFindsRoomAndNothingOverlaps()
    {
        byte[] table = new TestTable().Carveout("a", 0x5000).Rpmsg().Carveout("b", 100)
            .Carveout("fixed", 0x1000, 0x1002_0000).Rpmsg(entryCount: 64).ToBytes();
        await using Board board = await Board.LoadedAsync(table: table);
        Carveout[] taken = [.. board.Processor.Memory.Carveouts.OrderBy(c => c.Address.Value)];
        for (int i = 1; i < taken.Length; i++)
        {
            Assert.True(taken[i - 1].Address.Value + taken[i - 1].LengthBytes <= taken[i].Address.Value);
        }

        Assert.Equal(0x1002_0000UL, taken.Single(c => c.Name == "fixed").Address.Value);
        Assert.All(
            board.Processor.Table!.Carveouts,
            entry => Assert.Contains(taken, c => c.Name == entry.Name && c.Address.Value == entry.Address));
        Assert.All(taken, c => Assert.NotEqual(uint.MaxValue, c.Address.Value));

        // The rings' addresses in the table stay as in the image until the device is driven.
        Assert.All(board.Processor.Table.Vdevs, vdev => Assert.All(vdev.Vrings, ring => Assert.True(ring.IsAnywhere)));
        await board.Processor.ShutdownAsync(Board.Token);
        Assert.Empty(board.Processor.Memory.Carveouts);
    }

    [Fact]
    public async Task RingsAtFixedAddressesAreUsedWhereTheyAre()
    {
        byte[] table = new TestTable().Rpmsg(addresses: [0x1003_0000, 0x1003_4000]).ToBytes();
        await using Board board = await Board.RunningAsync(table: table);
        Assert.Equal(0x1003_0000UL, board.Processor.Vdevs[0].Rings[0].Address.Value);
        Assert.Equal(0x1003_4000UL, board.Processor.Vdevs[0].Rings[1].Address.Value);
        await board.EchoAsync();
    }

    [Fact]
    public async Task CarveoutsHavePhysicalAddressesAndRegionsOfTheirName()
    {
        byte[] table = new TestTable().Carveout("heap", 0x1000).Carveout("shm", 0x1000).ToBytes();
        await using Board board = await Board.LoadedAsync(table: table, configure: options => options with
        {
            Memory =
            [
                new SimulatedMemory("memory", new(0x1000_0000), 1 << 20) { PhysicalAddress = 0x4000_0000 },
                new SimulatedMemory("shm", new(0x2000_0000), 0x2000) { IsPool = false, PhysicalAddress = 0x9000 },
            ],
        });
        CarveoutResource heap = board.Processor.Table!.Carveouts[0];
        Assert.Equal(heap.Address + 0x3000_0000, heap.PhysicalAddress);
        Assert.Equal(0x2000_0000UL, board.Processor.Table.Carveouts[1].Address);
        Assert.Equal(0x9000UL, board.Processor.Table.Carveouts[1].PhysicalAddress);
    }

    [Theory]
    [InlineData("two carveouts", "but 'one' has")]
    [InlineData("outside", "outside every region")]
    [InlineData("over a segment", "'segment 0' wants")]
    [InlineData("too large", "No room for carveout")]
    [InlineData("empty", "has length 0")]
    [InlineData("same notify ids", "both have notify id 3")]
    [InlineData("three rings", "with 3 vrings")]
    public async Task WhatCannotBeServedIsRefusedAndNothingIsTaken(string what, string expected)
    {
        TestTable table = new();
        table = what switch
        {
            "two carveouts" => table.Carveout("one", 0x2000, 0x1003_0000).Carveout("two", 0x1000, 0x1003_1000),
            "outside" => table.Carveout("far", 0x1000, 0x7000_0000),
            "over a segment" => table.Carveout("code", 0x1000, 0x1000_1000),
            "too large" => table.Carveout("large", 64 << 20),
            "empty" => table.Carveout("nothing", 0),
            "same notify ids" => table.Rpmsg(notifyIds: [3, 4]).Rpmsg(notifyIds: [5, 3]),
            _ => table.Vdev(VdevEntry.RpmsgDeviceId, 1, 0, TestTable.Rings(3, 4), []),
        };
        await using Board board = await Board.OpenAsync();
        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
            () => board.LoadAsync(table: table.ToBytes()));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Offline, board.State);
        Assert.Empty(board.Processor.Memory.Carveouts);
        Assert.Equal(1, board.Faults.CountOf(SimulatedStep.Shutdown));
        await board.LoadAsync();
    }

    [Fact]
    public async Task NotifyIdsAreKeptFilledInOrNumbered()
    {
        byte[] table = new TestTable().Rpmsg(notifyIds: [7, NotifyId.Any]).Rpmsg(notifyIds: [0, 9]).ToBytes();
        await using Board kept = await Board.LoadedAsync(table: table);
        Assert.Equal([7, 1, 0, 9], Ids(kept));
        await using Board numbered = await Board.LoadedAsync(
            options: Board.Quick with { NotifyIds = NotifyIdPolicy.Number }, table: table);
        Assert.Equal([0, 1, 2, 3], Ids(numbered));
        Assert.All(kept.Processor.Table!.Vdevs, vdev => Assert.NotEqual(NotifyId.Any, vdev.NotifyId));
    }

    [Fact]
    public async Task MemoryThatIsNotInTheMapIsAskedForByAddress()
    {
        byte[] table = new TestTable().Carveout("sram", 0x800, 0x3000_0400).ToBytes();
        await using Board board = await Board.LoadedAsync(table: table, configure: options => options with
        {
            MappableMemory = [new SimulatedMemory("sram", new(0x3000_0000), 0x1000)],
        });
        Assert.NotNull(board.Processor.Memory.Find("sram"));
        await board.LoadAsync(table: table);
    }

    [Theory]
    [InlineData(UnknownResourcePolicy.Warn, 2)]
    [InlineData(UnknownResourcePolicy.Ignore, 0)]
    [InlineData(UnknownResourcePolicy.Refuse, 0)]
    public async Task EntriesThatNobodyKnowsAreTreatedAsThePolicySays(UnknownResourcePolicy policy, int warnings)
    {
        byte[] table = new TestTable().Vendor(130, [1, 2]).Unknown(77, [3]).Rpmsg().ToBytes();
        await using Board board = await Board.OpenAsync(options: Board.Quick with { UnknownResources = policy });
        if (policy == UnknownResourcePolicy.Refuse)
        {
            FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(() => board.LoadAsync(table: table));
            Assert.Contains("130", error.Message, StringComparison.Ordinal);
            return;
        }

        await board.LoadAsync(table: table);
        Assert.Equal(warnings, board.Log.OfId(112).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnEntryThatNobodyKnowsIsRefusedWhenItIsRequiredWhateverThePolicySays(bool isRequired)
    {
        byte[] table = new ResourceTableBuilder(version: 2)
            .Add(new VendorDescription { Type = 130, Body = new byte[8], Required = isRequired })
            .AddRpmsgVdev(16)
            .ToBytes();
        await using Board board = await Board.OpenAsync(
            options: Board.Quick with { UnknownResources = UnknownResourcePolicy.Ignore });
        if (!isRequired)
        {
            await board.LoadAsync(table: table);
            return;
        }

        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(() => board.LoadAsync(table: table));
        Assert.Contains("must be handled", error.Message, StringComparison.Ordinal);
        Assert.Empty(board.Processor.Memory.Carveouts);
    }

    [Fact]
    public async Task ADriverSeesEveryEntryAndMayHandleOrRefuseIt()
    {
        var seen = new List<ResourceKind>();
        byte[] table = new TestTable().Vendor(130, [1, 2]).Carveout("mine", 0x1000).Rpmsg().ToBytes();
        await using Board board = await Board.LoadedAsync(
            options: Board.Quick with { UnknownResources = UnknownResourcePolicy.Refuse },
            table: table,
            configure: options => options with { Decide = Decide });
        Assert.Equal([ResourceKind.Vendor, ResourceKind.Carveout, ResourceKind.Vdev], seen);
        Assert.DoesNotContain(board.Processor.Memory.Carveouts, carveout => carveout.Name == "mine");
        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
            () => board.LoadAsync(table: new TestTable().Vendor(131, []).ToBytes()));
        Assert.Contains("refused by the driver", error.Message, StringComparison.Ordinal);

        ResourceDecision Decide(TableResource resource)
        {
            seen.Add(resource.Kind);
            return resource switch
            {
                VendorResource { Type: (ResourceType)131 } => ResourceDecision.Refused,
                VdevResource => ResourceDecision.Default,
                _ => ResourceDecision.Handled,
            };
        }
    }

    [Fact]
    public async Task ATablePlacedElsewhereIsNobodyElsesMemory()
    {
        await using Board board = await Board.LoadedAsync(
            configure: options => options with { TableAddress = new DeviceAddress(0x1001_0000) });
        Carveout place = board.Processor.Memory.Carveouts.Single(carveout => carveout.Name == "resource table");
        Assert.Equal(0x1001_0000UL, place.Address.Value);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task FirmwareWithoutATableRunsWithoutDevices()
    {
        await using Board board = await Board.RunningAsync(Programs.Idle, table: []);
        Assert.Null(board.Processor.Table);
        RemoteProcessorStateException error = Assert.Throws<RemoteProcessorStateException>(() => board.Processor.Rpmsg);
        Assert.Contains("0 RPMsg devices", error.Message, StringComparison.Ordinal);
        await board.CrashAsync();
        await board.Processor.RecoverAsync(Board.Token);
        Assert.Equal(RemoteProcessorState.Running, board.State);
    }

    [Fact]
    public async Task WhatWasLoadedStaysWhenTheNextIsMalformedAndGoesWhenItDoesNotFit()
    {
        await using Board board = await Board.LoadedAsync();
        byte[] bad = Board.Image();
        bad[SimulatedImage.TableOffsetBytes + 0x100] = 77;
        await Assert.ThrowsAsync<FirmwareException>(
            async () => await board.Processor.LoadAsync(FirmwareStore.FromMemory(bad), Board.Token));
        Assert.Equal(RemoteProcessorState.Ready, board.State);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
        await board.Processor.StopAsync(Board.Token);
        await Assert.ThrowsAsync<FirmwareException>(
            () => board.LoadAsync(table: new TestTable().Carveout("far", 1, 0x7000_0000).ToBytes()));
        Assert.Equal(RemoteProcessorState.Offline, board.State);
        Assert.Empty(board.Processor.Memory.Carveouts);
    }

    private static uint[] Ids(Board board)
        => [.. board.Processor.Table!.Vdevs.SelectMany(vdev => vdev.Vrings).Select(ring => ring.NotifyId)];
}
