// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Remoteproc;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>The kernel's remoteproc core drives a processor of C# programs.</summary>
public sealed class RemoteprocCoreTests
{
    private const string IsUp = "remote processor vrproc is now up";
    private const string IsStopped = "stopped remote processor vrproc";

    private static CancellationToken Token => TestGuest.Token;

    [Fact]
    public async Task TheKernelLoadsStartsAndStopsFirmwareInCSharp()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        Assert.Equal("offline", await host.ReadAsync("state"));
        Assert.Equal("vrproc", await host.ReadAsync("name"));

        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        _ = await host.Guest.WaitForLogAsync("Booting fw image echo.elf, size", Token);
        _ = await host.Guest.WaitForLogAsync(IsUp, Token);
        Assert.Equal("running", await host.ReadAsync("state"));
        Assert.True(host.Processor.IsRunning);

        Assert.Equal("hello from the guest", await host.EchoAsync("hello from the guest"));

        Assert.True((await host.WriteAsync("state", "stop")).IsSuccess);
        _ = await host.Guest.WaitForLogAsync(IsStopped, Token);
        Assert.Equal("offline", await host.ReadAsync("state"));
        Assert.False(host.Processor.IsRunning);
        Assert.Empty(host.Processor.Crashes);
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.0, false)]
    [InlineData(0.3, false)]
    public async Task FirmwareAnnouncesAgainWhenTheKernelsDriverComesBack(double seconds, bool speaks)
    {
        // The kernel tells a remote processor neither of the end of its driver nor of its return.
        const string Driver = "/sys/bus/virtio/drivers/virtio_rpmsg_bus";
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        for (int i = 0; i < 10; i++)
        {
            // A ring that nobody has used looks the same after a reset.
            if (speaks)
            {
                Assert.Equal($"round {i}", await host.EchoAsync($"round {i}"));
            }

            await host.WaitForDeviceAsync("/dev/rpmsg0");
            string pause = FormattableString.Invariant($"sleep {seconds}");
            _ = await host.RunAsync($"cd {Driver} && d=$(echo virtio*) && echo $d >unbind && {pause} && echo $d >bind");
        }

        Assert.Equal("the last", await host.EchoAsync("the last"));
        Assert.Empty(host.Processor.Crashes);
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task FirmwareCanBeStartedAgain()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        for (int i = 0; i < 10; i++)
        {
            Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
            Assert.Equal($"round {i}", await host.EchoAsync($"round {i}"));
            _ = (await host.WriteAsync("state", "stop")).Required();
        }

        Assert.Equal(10, host.Processor.Requests.Count(request => request == KernelProcessorOperation.Start));
        Assert.Equal(10, host.Processor.Requests.Count(request => request == KernelProcessorOperation.Stop));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task TheSampleDriverExchangesItsHundredMessagesOverRprocVirtio()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        _ = await host.RunAsync("insmod /modules/rpmsg_client_sample.ko");
        host.AddFirmware("sample.elf", KernelImage.ToElf("sample"));
        Assert.True((await host.BootAsync("sample.elf")).IsSuccess);
        _ = await host.Guest.WaitForLogAsync("goodbye!", Token);
        string[] messages = [.. host.Guest.KernelLog.Where(
            line => line.Contains(": incoming msg ", StringComparison.Ordinal))];
        Assert.Equal(100, messages.Length);
        Assert.InRange(host.Processor.KickMessages, 1, 250);
        Assert.All(messages, (line, index) => Assert.Contains(
            FormattableString.Invariant($"incoming msg {index + 1} (src: 0x400)"), line, StringComparison.Ordinal));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task AHundredCrashesAreRecoveredFrom()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        CrashKind[] kinds = [CrashKind.FatalError, CrashKind.Watchdog, CrashKind.MemoryFault];
        string[] words = ["fatal error", "watchdog", "mmufault"];
        for (int i = 0; i < 100; i++)
        {
            long from = host.Guest.LogPosition;
            host.Processor.Crash(kinds[i % kinds.Length]);
            string said = $"crash detected in vrproc: type {words[i % kinds.Length]}";
            _ = await host.Guest.WaitForLogAsync(said, from, Token);
            _ = await host.Guest.WaitForLogAsync("handling crash #", from, Token);
            _ = await host.Guest.WaitForLogAsync(IsUp, from, Token);
            if (i % 10 == 9)
            {
                Assert.Equal($"after crash {i}", await host.EchoAsync($"after crash {i}"));
            }
        }

        Assert.Equal("running", await host.ReadAsync("state"));
        Assert.Equal(101, host.Processor.Requests.Count(request => request == KernelProcessorOperation.Start));
        Assert.Equal(100, host.Processor.Requests.Count(request => request == KernelProcessorOperation.Stop));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task AProgramThatDiesIsACrash()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        await host.WaitForDeviceAsync("/dev/rpmsg0");
        long from = host.Guest.LogPosition;
        _ = await host.RunAsync("printf crash >/dev/rpmsg0");
        _ = await host.Guest.WaitForLogAsync("crash detected in vrproc: type watchdog", from, Token);
        _ = await host.Guest.WaitForLogAsync(IsUp, from, Token);
        Assert.Equal(["told to"], host.Processor.Crashes);
        Assert.Equal("alive", await host.EchoAsync("alive"));
    }

    [Fact]
    public async Task TheKernelItselfCanMakeItCrash()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        long from = host.Guest.LogPosition;
        _ = await host.RunAsync($"echo 2 >{KernelProcessorHost.Debugfs}/crash");
        _ = await host.Guest.WaitForLogAsync("type fatal error", from, Token);
        _ = await host.Guest.WaitForLogAsync(IsUp, from, Token);
        Assert.Equal("alive", await host.EchoAsync("alive"));
    }

    [Fact]
    public async Task WithoutRecoveryACrashedProcessorStaysCrashed()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        _ = (await host.WriteAsync("recovery", "disabled")).Required();
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        long from = host.Guest.LogPosition;
        host.Processor.Crash(CrashKind.FatalError);
        _ = await host.Guest.WaitForLogAsync("handling crash #1 in vrproc", from, Token);
        Assert.Equal("crashed", await host.ReadAsync("state"));
        Assert.Equal("disabled", await host.ReadAsync("recovery"));

        _ = (await host.WriteAsync("recovery", "recover")).Required();
        Assert.Equal("running", await host.ReadAsync("state"));
        Assert.Equal("alive", await host.EchoAsync("alive"));
    }

    [Fact]
    public async Task AProcessorThatDoesNotAnswerIsGivenUp()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync(moduleArguments: "answer_ms=500");
        host.Processor.Ignores = request => request == KernelProcessorOperation.Start;
        GuestCommandResult boot = await host.BootAsync("echo.elf");
        Assert.False(boot.IsSuccess);
        Assert.Contains("timed out", boot.Text, StringComparison.Ordinal);
        _ = await host.Guest.WaitForLogAsync("can't start rproc vrproc: -110", Token);
        Assert.Equal("offline", await host.ReadAsync("state"));

        // Its late life does not disturb the next.
        host.Processor.Ignores = static _ => false;
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        Assert.Equal("alive", await host.EchoAsync("alive"));
    }

    [Fact]
    public async Task AProgramThatDoesNotEndIsToldByTheKernel()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync(moduleArguments: "answer_ms=500");
        host.AddFirmware("stubborn.elf", KernelImage.ToElf("stubborn"));
        Assert.True((await host.BootAsync("stubborn.elf")).IsSuccess);
        Assert.False((await host.WriteAsync("state", "stop")).IsSuccess);
        _ = await host.Guest.WaitForLogAsync("can't stop rproc: -110", Token);
    }

    [Fact]
    public async Task TheDriverCanBeRemovedWhileFirmwareRuns()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        Assert.Equal("before", await host.EchoAsync("before"));
        _ = await host.RunAsync("rmmod vrproc");
        _ = await host.Guest.WaitForLogAsync(IsStopped, Token);
        Assert.False(host.Processor.IsRunning);

        _ = await host.RunAsync("insmod /modules/vrproc.ko");
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        Assert.Equal("after", await host.EchoAsync("after"));
        TestGuest.AssertNoWarning(host.Guest);
    }
}
