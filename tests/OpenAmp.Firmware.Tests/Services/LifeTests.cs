// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.Services;

/// <summary>Firmware that stops beating, and firmware that is asked to end.</summary>
public sealed class LifeTests
{
    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task AFirmwareWhoseHeartStopsIsFoundAndRecovered(string name)
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("faults", name, new()
        {
            Heartbeat = new HeartbeatOptions { Timeout = TimeSpan.FromSeconds(3) },
            Recovery = RecoveryPolicy.AtMost(1, TimeSpan.FromMinutes(10)),
        });
        RpmsgEndpoint faults = await board.ConnectAsync("openamp-demo-crash");

        // Alive for longer than the timeout: it is not the time alone that makes a crash.
        await Task.Delay(TimeSpan.FromSeconds(4), board.Token);
        Assert.Null(board.Processor.LastCrash);
        Task crashed = board.Processor.WaitForChangeAsync(RemoteProcessorState.Crashed, board.Token);
        Task recovered = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        await faults.SendAsync("hang"u8.ToArray(), board.Token);
        await crashed;
        Assert.Equal(CrashKind.Heartbeat, board.Processor.LastCrash!.Kind);
        await recovered;
        Assert.Equal(RpmsgCloseReason.PeerGone, await faults.Completion.WaitAsync(board.Token));
        await faults.DisposeAsync();
        await using RpmsgEndpoint again = await board.ConnectAsync("openamp-demo-crash");
        Assert.Equal((1, 2), (board.Processor.CrashCount, board.Processor.StartCount));
    }

    [Theory]
    [InlineData("echo", "mps2-an386", FirmwareBoard.Echo)]
    [InlineData("echo", "virt-a53", FirmwareBoard.Echo)]
    [InlineData("multi-services", "mps2-an386", "rpmsg-heartbeat")]
    public async Task AFirmwareThatIsAskedToEndAcknowledges(string firmware, string name, string lastService)
    {
        var trace = new TraceLines();
        await using FirmwareBoard board = await FirmwareBoard.StartAsync(firmware, name, new()
        {
            TraceSinks = [trace],
            GracefulShutdown = new GracefulShutdown { Timeout = TimeSpan.FromSeconds(20) },
        });

        // Announced behind rpmsg-shutdown, which the host has heard of then.
        await using RpmsgEndpoint service = await board.ConnectAsync(lastService);
        Assert.Equal(StopOutcome.Acknowledged, await board.Processor.StopAsync(board.Token));
        await trace.WaitForAsync("asked to end", 1, board.Token);
    }
}
