// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.CoreDump;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>The API of the kernel's processors, used by a native program inside the guest.</summary>
public sealed class ApiTests
{
    private const string Program = "kernel-probe";

    [Fact]
    public async Task AProcessorIsListedAndFoundByName()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-list");
    }

    [Fact]
    public async Task FirmwareIsPlacedStartedTalkedToAndStartedAgain()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-echo");
        Assert.Equal("offline", await host.ReadAsync("state"));
        Assert.Equal("openamp-fw.elf", await host.ReadAsync("firmware"));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task AProcessorThatRunsAlreadyIsAttachedToAndLeft()
    {
        var processor = new KernelProcessorDevice(KernelPrograms.All)
        {
            RunsAlready = KernelImage.ToRaw("echo"),
            TableBytes = KernelImage.Table.Length,
        };
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync(Program, processor);
        await ProbeAsync(host, "rproc-attach");
        Assert.Equal(
            [
                KernelProcessorOperation.Attach, KernelProcessorOperation.Detach, KernelProcessorOperation.Attach,
                KernelProcessorOperation.Detach,
            ],
            processor.Requests.Where(request => request != KernelProcessorOperation.Hello));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task WhatAnotherProgramWritesIsNoticedAlsoTheBeginningOfAWord()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-noticed");
        Assert.Equal("offline", await host.ReadAsync("state"));
    }

    [Fact]
    public async Task AStartThatTheKernelDoesNotFinishIsGivenUp()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync(
            Program, moduleArguments: "answer_ms=4000");
        host.Processor.Ignores = request => request == KernelProcessorOperation.Start;
        await ProbeAsync(host, "rproc-late");
    }

    [Fact]
    public async Task AProcessorGoesWithItsDriver()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-removed");
    }

    [Fact]
    public async Task AProcessorStopsWithAProgramThatIsKilled()
    {
        await using KernelProcessorHost host = await StartAsync();
        GuestCommandResult result = await host.Guest.RunAsync($"/mnt/bin/{Program} rproc-hold", TestGuest.Token);
        Assert.DoesNotContain("ok", result.Text, StringComparison.Ordinal);
        _ = await host.Guest.WaitForLogAsync("stopped remote processor vrproc", TestGuest.Token);
        Assert.Equal("offline", await host.ReadAsync("state"));
    }

    [Fact]
    public async Task AProcessorThatIsLeftRunsOn()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-leave");
        Assert.Equal("running", await host.ReadAsync("state"));
        Assert.Equal("alive", await host.EchoAsync("alive"));
    }

    [Fact]
    public async Task AHundredCrashesAreCountedAndTheNewRunsLinkWorks()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-crashes 100");
        Assert.Equal(101, host.Processor.Requests.Count(request => request == KernelProcessorOperation.Start));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task ACrashThatNobodyRecoversIsALossUntilSomebodyDoes()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-loss");
    }

    [Fact]
    public async Task APolicyThatTheKernelDoesNotHaveIsCarriedOut()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-policy");
        Assert.Equal(3, host.Processor.Requests.Count(request => request == KernelProcessorOperation.Start));
    }

    [Theory]
    [InlineData(CoreDumpMode.Enabled)]
    [InlineData(CoreDumpMode.Inline)]
    public async Task TheKernelsDumpIsKeptInAFileThatOurInspectionReads(CoreDumpMode mode)
    {
        await using KernelProcessorHost host = await StartAsync();
        string output = await ProbeAsync(host, $"rproc-coredump {mode} /mnt/firmware/dumps");

        string[] dumps = Directory.GetFiles(Path.Combine(host.FirmwareFolder, "dumps"));
        Assert.Equal(2, dumps.Length);
        Assert.All(dumps, dump => Assert.Contains(Path.GetFileName(dump), output, StringComparison.Ordinal));
        using CoreFile core = CoreFile.Open(dumps[0]);
        var segment = Assert.Single(core.Segments);
        Assert.Equal((KernelImage.Address, KernelImage.MemoryBytes), (segment.PhysicalAddress, segment.MemoryBytes));
    }

    [Fact]
    public async Task BadFirmwareIsRefusedWithARuleOrWithTheKernelsWords()
    {
        await using KernelProcessorHost host = await StartAsync();
        string arguments = string.Join(' ', BadFirmware.All.Select((bad, index) =>
        {
            host.AddFirmware(FormattableString.Invariant($"bad{index}.elf"), bad.Image);
            return FormattableString.Invariant($"/mnt/firmware/bad{index}.elf '{bad.Ours}' '{bad.Kernels}'");
        }));
        await ProbeAsync(host, $"rproc-bad {arguments}");
    }

    [Fact]
    public async Task ATraceIsFollowed()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-trace");
    }

    [Fact]
    public async Task TheLiveTableAndTheCarveoutsAreRead()
    {
        await using KernelProcessorHost host = await StartAsync();
        await ProbeAsync(host, "rproc-debug");
    }

    [Fact]
    public async Task WhoMayNotIsToldTheFileAndTheCommandThatHelps()
    {
        await using KernelProcessorHost host = await StartAsync();
        GuestCommandResult result = await host.Guest.RunAsync(
            $"chmod 755 / && start-stop-daemon -S -c 65534:65534 -x /mnt/bin/{Program} -- rproc-denied",
            TestGuest.Token);
        Assert.True(result.IsSuccess, result.Text);
        Assert.Contains("ok rproc-denied", result.Text, StringComparison.Ordinal);
    }

    private static Task<KernelProcessorHost> StartAsync() => KernelProcessorHost.StartAsync(Program);

    private static async Task<string> ProbeAsync(KernelProcessorHost host, string arguments)
    {
        GuestCommandResult result = await host.Guest.RunAsync($"/mnt/bin/{Program} {arguments}", TestGuest.Token);
        Assert.True(result.IsSuccess, $"{result.Text}\n{string.Join('\n', host.Guest.KernelLog.TakeLast(40))}");
        return result.Text;
    }
}
