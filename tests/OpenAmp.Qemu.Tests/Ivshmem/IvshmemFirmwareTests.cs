// SPDX-License-Identifier: BSD-3-Clause

using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Qemu.Ivshmem;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>Emulated machines that run our own core over ivshmem, as the two sides of OpenAMP's dual-QEMU sample.
/// </summary>
public sealed class IvshmemFirmwareTests : IClassFixture<IvshmemFirmware>
{
    private const string AllIntact = "1000 of 1000 messages came back intact";

    // Where firmware/ivshmem-echo places BAR 2: what it calls the memory.
    private static readonly DeviceAddress BarAddress = new(0x2000_0000);

    [Fact]
    public async Task TwoMachinesTalkAsTheSamplesTwoSidesDo()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = Serve(place);
        using IvshmemMachine host = IvshmemMachine.Run(place);
        await host.UntilSaysAsync("peer 0, host");
        using IvshmemMachine remote = IvshmemMachine.Run(place);
        await remote.UntilSaysAsync("peer 1, remote");
        await host.UntilSaysAsync(AllIntact);
    }

    [Fact]
    public async Task EitherMachineMayRestartWhichTheSampleDoesNotSupport()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = Serve(place);
        using IvshmemMachine host = IvshmemMachine.Run(place, VirtioRole.Driver);
        await host.UntilSaysAsync("peer 0, host");
        for (int life = 1; life <= 5; life++)
        {
            using IvshmemMachine remote = IvshmemMachine.Run(place, VirtioRole.Device);
            await remote.UntilSaysAsync($"peer {life}, remote");
            await host.UntilSaysAsync(AllIntact);
        }

        using IvshmemMachine lastRemote = IvshmemMachine.Run(place, VirtioRole.Device);
        await host.UntilSaysAsync(AllIntact);
        host.Kill();
        await lastRemote.UntilSaysAsync("the peer left");
        using IvshmemMachine nextHost = IvshmemMachine.Run(place, VirtioRole.Driver);
        await nextHost.UntilSaysAsync(AllIntact);
    }

    [Fact]
    public async Task AMachineAsRemoteEchoesTwentyThousandMessagesOfThisProcess()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = Serve(place);
        await using IvshmemClient client = await place.JoinAsync();
        using IvshmemMachine machine = IvshmemMachine.Run(place);
        await using RpmsgLink link = await IvshmemLink.OpenAsync(
            client,
            new() { Role = VirtioRole.Driver, MemoryAddress = BarAddress },
            TestContext.Current.CancellationToken);
        await using RpmsgEndpoint endpoint = await link
            .ConnectAsync("k", IvshmemTalk.Patient, TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(IvshmemPlace.Limit, TestContext.Current.CancellationToken);
        await IvshmemTalk.SendAndCompareAsync(endpoint, 20_000);
        Assert.Equal(0u, (uint)link.GetStatistics().PeerFaults);
        machine.Kill();
        Assert.Equal(RpmsgCloseReason.PeerGone,
            await link.Completion.WaitAsync(IvshmemPlace.Limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AMachineAsHostGetsItsMessagesBackFromThisProcess()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = Serve(place);
        using IvshmemMachine machine = IvshmemMachine.Run(place);
        await machine.UntilSaysAsync("peer 0, host");
        for (int life = 0; life < 3; life++)
        {
            await using RpmsgLink link = await place.OpenAsync(
                VirtioRole.Device, static options => options with { LearnMemoryAddress = true });
            Task echo = IvshmemTalk.EchoAsync(link);
            await machine.UntilSaysAsync(AllIntact);
            await link.DisposeAsync();
            await echo.WaitAsync(IvshmemPlace.Limit, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task AProcessThatCallsTheMemoryOtherwiseIsFoundOut()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = Serve(place);
        using IvshmemMachine machine = IvshmemMachine.Run(place);
        await machine.UntilSaysAsync("peer 0, host");

        // Offsets, where the machine writes addresses of its own: no buffer of it is one of ours.
        await using RpmsgLink link = await place.OpenAsync(VirtioRole.Device);
        Task echo = IvshmemTalk.EchoAsync(link);
        await IvshmemPlace.UntilAsync(() => link.GetStatistics().PeerFaults > 0);
        Assert.False(echo.IsFaulted);
    }

    private static IvshmemServer Serve(IvshmemPlace place)
        => place.Serve(static options => options with { ClearOnLeaveBytes = 1 });
}
