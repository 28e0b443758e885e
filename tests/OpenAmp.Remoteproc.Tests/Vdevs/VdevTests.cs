// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Vdevs;

public sealed class VdevTests
{
    private const uint OtherDevice = 5;

    [Fact]
    public async Task SeveralDevicesHaveLinksOfTheirOwn()
    {
        await using Board board = await Board.RunningAsync(
            SimulatedFirmware.Create("twins", (remote, stop) => Task.WhenAll(
                ServeAsync(remote, 0, stop), ServeAsync(remote, 1, stop))),
            table: new TestTable().Rpmsg().Rpmsg(entryCount: 4).ToBytes());
        Assert.Equal(2, board.Processor.Links.Count);
        foreach (RpmsgLink link in board.Processor.Links)
        {
            await using RpmsgEndpoint endpoint = await link.ConnectAsync("echo", Board.Token);
            await endpoint.SendAsync("x"u8.ToArray(), Board.Token);
            using RpmsgMessage answer = await endpoint.ReceiveAsync(Board.Token);
            Assert.Equal("x"u8, answer.Payload);
        }
    }

    [Fact]
    public async Task AnotherKindOfDeviceIsDrivenByItsDriver()
    {
        var driver = new ConfigDriver();
        byte[] table = new TestTable().Rpmsg()
            .Vdev(OtherDevice, 0b101, 9, TestTable.Rings(1, 4), [1, 2, 3, 4, 5, 6, 7, 8]).ToBytes();
        await using Board board = await Board.RunningAsync(
            SimulatedFirmware.Create("config", ConfigAsync),
            Board.Quick with { VdevDrivers = [driver] },
            table);
        Assert.Equal((VirtioStatus)7, driver.Vdev!.Status);
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, driver.Found);
        byte[] answer = new byte[2];
        while (answer[0] != 0xaa)
        {
            Assert.True(driver.Vdev.TryReadConfig(0, answer));
            await Task.Delay(1, Board.Token);
        }

        Assert.False(driver.Vdev.TryReadConfig(7, answer));
        Assert.False(driver.Vdev.TryWriteConfig(7, answer));
        Assert.Throws<ArgumentException>(() => driver.Vdev.AcceptFeatures(new VirtioFeatures(2)));
        Assert.Single(board.Processor.Links);
        await board.Processor.StopAsync(Board.Token);
        Assert.Equal(1, driver.DisposeCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADeviceDriverThatFailsOrHangsMakesTheStartFail(bool hangs)
    {
        var driver = new ConfigDriver { Hangs = hangs, Fails = !hangs };
        byte[] table = new TestTable().Rpmsg()
            .Vdev(OtherDevice, 1, 9, TestTable.Rings(1, 4), []).ToBytes();
        await using Board board = await Board.LoadedAsync(
            options: Board.Quick with
            {
                VdevDrivers = [driver],
                StartTimeout = TimeSpan.FromMilliseconds(300),
                AbandonTimeout = TimeSpan.FromMilliseconds(100),
            },
            table: table);
        await Assert.ThrowsAnyAsync<Exception>(async () => await board.Processor.StartAsync(Board.Token));
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
        Assert.False(board.Driver.IsRunning);
    }

    [Fact]
    public async Task ADeviceThatNobodyDrivesIsLeftAlone()
    {
        byte[] table = new TestTable().Vdev(OtherDevice, 1, 9, TestTable.Rings(1, 4), []).Rpmsg().ToBytes();
        await using Board board = await Board.RunningAsync(table: table);
        Assert.Equal(VirtioStatus.None, board.Processor.Vdevs[0].Status);
        await board.EchoAsync();
    }

    [Fact]
    public async Task ADeviceDriverThatDoesNotLetGoKeepsTheMemory()
    {
        var driver = new ConfigDriver { NeverLetsGo = true };
        byte[] table = new TestTable().Vdev(OtherDevice, 1, 9, TestTable.Rings(1, 4), []).ToBytes();
        Board board = await Board.RunningAsync(
            Programs.Idle,
            Board.Quick with { VdevDrivers = [driver], AbandonTimeout = TimeSpan.FromMilliseconds(50) },
            table);
        await board.DisposeAsync();
        Assert.NotEmpty(board.Log.OfId(117));
        Assert.NotEqual(0UL, board.Driver.AllocatedBytes);
    }

    private static async Task ServeAsync(RemoteEnvironment remote, int ordinal, CancellationToken stop)
    {
        await using RpmsgLink link = await remote.OpenRpmsgAsync(new RemoteLinkOptions { Ordinal = ordinal }, stop);
        await Programs.ServeAsync(link, stop);
    }

    private static async Task ConfigAsync(RemoteEnvironment remote, CancellationToken stop)
    {
        VdevResource vdev = remote.Table!.Vdevs[1];
        LiveVdev live = vdev.CreateLive(remote.LiveTable!.Value);
        using LinkDoorbell doorbell = remote.OpenDoorbell(vdev);
        byte[] seen = new byte[1];
        while (seen[0] != 0x55)
        {
            stop.ThrowIfCancellationRequested();
            doorbell.Wait(TimeSpan.FromMilliseconds(5));
            Assert.True(live.TryReadConfig(0, seen));
        }

        Assert.True(live.TryWriteConfig(0, [0xaa]));
        await Programs.Forever(stop);
    }

    private sealed class ConfigDriver : VdevDriver, IAsyncDisposable
    {
        public override uint DeviceId => OtherDevice;

        public RemoteVdev? Vdev { get; private set; }

        public byte[] Found { get; private set; } = [];

        public int DisposeCount { get; private set; }

        public bool Fails { get; init; }

        public bool Hangs { get; init; }

        public bool NeverLetsGo { get; init; }

        public override async ValueTask<IAsyncDisposable> StartAsync(
            RemoteVdev vdev,
            CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new InvalidOperationException("No such device.");
            }

            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }

            Vdev = vdev;
            Found = new byte[vdev.Resource.ConfigLengthBytes];
            Assert.True(vdev.TryReadConfig(0, Found));
            vdev.AcceptFeatures(new VirtioFeatures(1));
            vdev.SetDriverOk();
            if (Found.Length > 0)
            {
                Assert.True(vdev.TryWriteConfig(0, [0x55]));
            }

            return this;
        }

        public async ValueTask DisposeAsync()
        {
            DisposeCount++;
            if (NeverLetsGo)
            {
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }
        }
    }
}
