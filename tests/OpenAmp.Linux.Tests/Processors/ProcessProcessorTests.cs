// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class ProcessProcessorTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private readonly CancellationTokenSource _limit = Firmware.Limit();

    private CancellationToken Limit => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task FirmwareEchoesIsStoppedAndStartsAgain()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await processor.LoadAsync(firmware.EchoPath, Limit);
        Assert.Equal(RemoteProcessorState.Ready, processor.State);
        for (int run = 1; run <= 3; run++)
        {
            await processor.StartAsync(Limit);
            Assert.Equal(RemoteProcessorState.Running, processor.State);
            await Firmware.EchoAsync(processor.Rpmsg, $"run {run}", Limit);
            RpmsgLink link = processor.Rpmsg;
            Assert.Equal(StopOutcome.Stopped, await processor.StopAsync(Limit));
            Assert.Equal(RemoteProcessorState.Stopped, processor.State);
            Assert.True(link.Completion.IsCompleted);
            Assert.Equal(0, processor.CrashCount);
        }
    }

    [Fact]
    public async Task EachVirtioDeviceHasItsOwnLink()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await StartAsync(processor, firmware.ThreePath);
        Assert.Equal(3, processor.Links.Count);
        await Task.WhenAll(processor.Links.Select((link, i) => Firmware.EchoAsync(link, $"device {i}", Limit)));
    }

    [Fact]
    public async Task OneServiceServesOneCallerAfterAnother()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await StartAsync(processor, firmware.EchoPath);
        for (int caller = 1; caller <= 3; caller++)
        {
            // Firmware that knows one endpoint is not told of them, and announces nothing anew.
            await Firmware.EchoAsync(processor.Rpmsg, $"caller {caller}", Limit);
        }
    }

    [Fact]
    public async Task FirmwareThatIsInMemoryRunsFromASealedCopy()
    {
        await using RemoteProcessor processor = await OpenAsync();
        byte[] image = await File.ReadAllBytesAsync(firmware.EchoPath, Limit);
        await processor.LoadAsync(FirmwareStore.FromMemory(image, "image"), Limit);
        for (int run = 1; run <= 2; run++)
        {
            await processor.StartAsync(Limit);
            await Firmware.EchoAsync(processor.Rpmsg, $"run {run}", Limit);
            _ = await processor.StopAsync(Limit);
        }
    }

    [Fact]
    public async Task WhatWasLoadedRunsWhateverItsPathNamesByThen()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "openamp-replaced-firmware");
        File.Copy(firmware.EchoPath, path, overwrite: true);
        await using RemoteProcessor processor = await OpenAsync();
        await processor.LoadAsync(path, Limit);
        File.Delete(path);
        await File.WriteAllTextAsync(path, "another", Limit);
        await processor.StartAsync(Limit);
        await Firmware.EchoAsync(processor.Rpmsg, "still here", Limit);
    }

    [Fact]
    public async Task FirmwareThatOffersItIsAskedToEnd()
    {
        TraceList trace = new();
        await using RemoteProcessor processor = await OpenAsync(
            new() { TraceSinks = [trace] }, new() { Arguments = ["shutdown"] });
        await StartAsync(processor, firmware.EchoPath);

        // The service is announced after the echo, so it is known by the time of the answer.
        await Firmware.EchoAsync(processor.Rpmsg, "there?", Limit);
        Assert.Equal(StopOutcome.Acknowledged, await processor.StopAsync(Limit));
        Assert.Equal(["starts", "shuts down"], trace.Lines);
        Assert.Equal(0, processor.CrashCount);
    }

    [Fact]
    public async Task FirmwareThatIgnoresTheRequestToEndIsKilledAfterItsGrace()
    {
        ProcessProcessorDriver driver = new(new()
        {
            Arguments = ["deaf"],
            StopGrace = TimeSpan.FromMilliseconds(200),
        });
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, Limit);
        await StartAsync(processor, firmware.EchoPath);
        await Firmware.EchoAsync(processor.Rpmsg, "deaf?", Limit);
        int process = Assert.NotNull(driver.ProcessId);
        long start = Stopwatch.GetTimestamp();
        _ = await processor.StopAsync(Limit);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 190, 8000);
        Assert.False(Footprint.Exists(process));
        Assert.Null(driver.ProcessId);
        Assert.Equal(RemoteProcessorState.Stopped, processor.State);
    }

    [Fact]
    public async Task SuspendedFirmwareStandsStillAndGoesOn()
    {
        ProcessProcessorDriver driver = new();
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, Limit);
        await StartAsync(processor, firmware.EchoPath);
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.EchoAsync(endpoint, "one", Limit);
        await processor.SuspendAsync(Limit);
        Assert.Equal(RemoteProcessorState.Suspended, processor.State);
        string status = await File.ReadAllTextAsync($"/proc/{driver.ProcessId}/status", Limit);
        Assert.Contains("State:\tT", status, StringComparison.Ordinal);
        await Firmware.SayAsync(endpoint, "two", Limit);
        Assert.False(endpoint.TryReceive(out _));
        await processor.ResumeAsync(Limit);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Limit);
        Assert.Equal(3, answer.LengthBytes);
    }

    [Fact]
    public async Task SuspendedFirmwareCanBeStopped()
    {
        await using RemoteProcessor processor = await OpenAsync();
        await StartAsync(processor, firmware.EchoPath);
        await processor.SuspendAsync(Limit);
        _ = await processor.StopAsync(Limit);
        Assert.Equal(RemoteProcessorState.Stopped, processor.State);
    }

    [Fact]
    public async Task OutputOfTheFirmwareComesLineByLine()
    {
        TaskCompletionSource<ChildOutputLine> said = new();
        await using RemoteProcessor processor = await OpenAsync(null, new()
        {
            Environment = new System.Collections.Generic.Dictionary<string, string?> { ["LD_DEBUG"] = "versions" },
            StandardError = ChildOutputMode.Lines,
            OnOutput = line => said.TrySetResult(line),
        });
        await StartAsync(processor, firmware.EchoPath);
        Assert.True((await said.Task.WaitAsync(Limit)).IsError);
    }

    [Fact]
    public async Task AbsentFirmwareIsNamed()
    {
        await using RemoteProcessor processor = await OpenAsync();
        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
            () => processor.LoadAsync("/no/such/firmware.elf", Limit).AsTask());
        Assert.Contains("/no/such/firmware.elf", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Offline, processor.State);
    }

    [Fact]
    public async Task FirmwareThatIsNotExecutableIsNamedWithWhatToDo()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "openamp-no-x-firmware");
        await File.WriteAllBytesAsync(path, await File.ReadAllBytesAsync(firmware.EchoPath, Limit), Limit);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using RemoteProcessor processor = await OpenAsync();
        await processor.LoadAsync(path, Limit);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            () => processor.StartAsync(Limit).AsTask());
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("chmod +x", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Stopped, processor.State);
    }

    [Fact]
    public async Task FirmwareOfAnotherMachineIsRefused()
    {
        byte[] image = await File.ReadAllBytesAsync(firmware.EchoPath, Limit);
        const int machineAt = 18;
        image[machineAt] = (byte)ElfMachine.Arm;
        await using RemoteProcessor processor = await OpenAsync();
        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
            () => processor.LoadAsync(FirmwareStore.FromMemory(image, "m4.elf"), Limit).AsTask());
        Assert.Contains("m4.elf", error.Message, StringComparison.Ordinal);
        Assert.Contains("the processor is Arm", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecutableWithoutATableRunsWithoutLinks()
    {
        await using RemoteProcessor processor = await OpenAsync(null, new() { Arguments = ["60"] });
        string sleep = new FileInfo("/bin/sleep").ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? "/bin/sleep";
        await StartAsync(processor, sleep);
        Assert.Empty(processor.Links);
        _ = await processor.StopAsync(Limit);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData((32 << 10) + 1)]
    public void MemoryOfNoWholePagesIsRefused(long bytes)
        => Assert.ThrowsAny<ArgumentException>(() => new ProcessProcessorDriver(new() { MemoryBytes = bytes }));

    private async Task StartAsync(RemoteProcessor processor, string path)
    {
        await processor.LoadAsync(path, Limit);
        await processor.StartAsync(Limit);
    }

    private static ValueTask<RemoteProcessor> OpenAsync(
        RemoteProcessorOptions? options = null,
        ProcessProcessorOptions? process = null)
        => RemoteProcessor.OpenAsync(
            new ProcessProcessorDriver(process ?? new() { Name = "echo" }),
            options,
            TestContext.Current.CancellationToken);
}
