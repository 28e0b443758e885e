// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Memory;
using OpenAmp.Qemu.Ivshmem;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class IvshmemLinkTests
{
    private const string Service = IvshmemTalk.Service;


    [Theory]
    [InlineData(0)]
    [InlineData(0x1000_0000)]
    [InlineData(0xFFFF_8000_1000_0000)]
    public async Task TwentyThousandMessagesGoThereAndBackUnderAnyAddress(ulong address)
    {
        const int Messages = 20_000;
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        (RpmsgLink driver, RpmsgLink device) = await OpenBothAsync(
            place, options => options with { MemoryAddress = new DeviceAddress(address) });
        await using (driver)
        await using (device)
        {
            Task echo = IvshmemTalk.EchoAsync(device);
            await using RpmsgEndpoint endpoint = await driver.ConnectAsync(Service, IvshmemTalk.Patient, Token);
            await IvshmemTalk.SendAndCompareAsync(endpoint, Messages);
            await driver.DisposeAsync();
            await echo.WaitAsync(IvshmemPlace.Limit, Token);
            Assert.Equal(RpmsgCloseReason.PeerGone, await device.Completion);
        }

        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 0);
    }

    [Fact]
    public async Task ADeviceLearnsWhatItsDriverCallsTheMemory()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        (RpmsgLink driver, RpmsgLink device) = await OpenBothAsync(
            place,
            static options => options with { MemoryAddress = new DeviceAddress(0x4_5678_9000) },
            static options => options with { LearnMemoryAddress = true });
        await using (driver)
        await using (device)
        {
            _ = IvshmemTalk.EchoAsync(device);
            await using RpmsgEndpoint endpoint = await driver.ConnectAsync(Service, IvshmemTalk.Patient, Token);
            await IvshmemTalk.SendAndCompareAsync(endpoint, 100);
        }
    }

    [Fact]
    public async Task ZephyrsLayoutCarriesMessagesToo()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { MemoryBytes = 0x8000 });
        (RpmsgLink driver, RpmsgLink device) = await OpenBothAsync(
            place, static options => options with { Layout = static bytes => StaticVringLayout.Zephyr(bytes, 512, 4) });
        await using (driver)
        await using (device)
        {
            _ = IvshmemTalk.EchoAsync(device);
            await using RpmsgEndpoint endpoint = await driver.ConnectAsync(Service, IvshmemTalk.Patient, Token);
            await IvshmemTalk.SendAndCompareAsync(endpoint, 1_000);
        }
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task EitherSideMayRestartAndTheOtherOpensAgain(VirtioRole restarting)
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { ClearOnLeaveBytes = 1 });
        await using IvshmemClient staying = await place.JoinAsync();
        IvshmemLinkOptions stayingSide = new()
        {
            Role = restarting == VirtioRole.Driver ? VirtioRole.Device : VirtioRole.Driver,
        };
        for (int life = 0; life < 10; life++)
        {
            Task<RpmsgLink> open = IvshmemLink.OpenAsync(staying, stayingSide, Token).AsTask();
            RpmsgLink mortal = await place.OpenAsync(restarting);
            await using RpmsgLink survivor = await open;
            (RpmsgLink driver, RpmsgLink device) = restarting == VirtioRole.Driver
                ? (mortal, survivor)
                : (survivor, mortal);
            _ = IvshmemTalk.EchoAsync(device);
            await using (RpmsgEndpoint endpoint = await driver.ConnectAsync(Service, IvshmemTalk.Patient, Token))
            {
                await IvshmemTalk.SendAndCompareAsync(endpoint, 20);
            }

            await mortal.DisposeAsync();
            Assert.Equal(RpmsgCloseReason.PeerGone,
                await survivor.Completion.WaitAsync(IvshmemPlace.Limit, Token));
        }
    }

    [Fact]
    public async Task ADeadDriversStatusIsNotTakenForALivingOnes()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { ClearOnLeaveBytes = 1 });
        await using IvshmemClient driver = await place.JoinAsync();
        driver.Memory.Write(4, 1);
        await driver.DisposeAsync();
        await using IvshmemClient next = await place.JoinAsync();
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(async () => await place.OpenAsync(
            VirtioRole.Device,
            static options => options with { DriverReadyTimeout = TimeSpan.FromMilliseconds(100) }));
        Assert.Contains("to set DRIVER_OK; the status is 0x00", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitsEndWithTheReason()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        TimeoutException alone = await Assert.ThrowsAsync<TimeoutException>(async () => await place.OpenAsync(
            VirtioRole.Driver, static options => options with { PeerTimeout = TimeSpan.FromMilliseconds(50) }));
        Assert.Contains("A peer with vector 0 did not join within", alone.Message, StringComparison.Ordinal);
        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 0);

        await using IvshmemClient client = await place.JoinAsync();
        IvshmemClient peer = await place.JoinAsync();
        await IvshmemPlace.UntilAsync(() => client.Peers.Count == 1);
        ValueTask<RpmsgLink> open = IvshmemLink.OpenAsync(client, new() { Role = VirtioRole.Device }, Token);
        await peer.DisposeAsync();
        _ = await Assert.ThrowsAsync<PeerClosedException>(async () => await open);
        await client.DisposeAsync();
        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 0);
    }

    [Fact]
    public async Task AMemoryTooSmallForTheLayoutIsRefusedWithWhatOverlaps()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { MemoryBytes = 0x4000 });
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            async () => await place.OpenAsync(VirtioRole.Driver));
        Assert.Contains("the buffers to the device (0x2400 to 0x4400) must lie within the 16384 bytes", error.Message,
            StringComparison.Ordinal);

        error = await Assert.ThrowsAsync<ArgumentException>(async () => await place.OpenAsync(
            VirtioRole.Driver,
            static options => options with
            {
                Layout = static bytes => StaticVringLayout.DualQemu(bytes) with { BufferSizeBytes = 480 },
            }));
        Assert.Contains("the ring to the driver (0x3800 to 0x39ae) and the buffers to the device (0x2200 to 0x4000) "
            + "overlap", error.Message, StringComparison.Ordinal);
        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 0);
    }

    [Fact]
    public async Task OpeningAndClosingLosesNoDescriptor()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        int before = IvshmemPlace.SettledDescriptors;
        for (int round = 0; round < 5; round++)
        {
            (RpmsgLink driver, RpmsgLink device) = await OpenBothAsync(place, static options => options);
            await driver.DisposeAsync();
            await device.DisposeAsync();
        }

        IvshmemPlace.AssertOpenDescriptors(before);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<(RpmsgLink Driver, RpmsgLink Device)> OpenBothAsync(
        IvshmemPlace place,
        Func<IvshmemLinkOptions, IvshmemLinkOptions> change,
        Func<IvshmemLinkOptions, IvshmemLinkOptions>? changeDevice = null)
    {
        Task<RpmsgLink> driver = place.OpenAsync(VirtioRole.Driver, change).AsTask();
        RpmsgLink device = await place.OpenAsync(VirtioRole.Device, changeDevice ?? change);
        return (await driver, device);
    }
}
