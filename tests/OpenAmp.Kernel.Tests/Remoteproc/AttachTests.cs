// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using Xunit;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>A processor that runs before the kernel comes up.</summary>
public sealed class AttachTests
{
    private static CancellationToken Token => TestGuest.Token;

    [Fact]
    public async Task TheKernelAttachesToAProcessorThatRunsAndLetsGoOfIt()
    {
        KernelProcessorDevice processor = new(KernelPrograms.All)
        {
            RunsAlready = KernelImage.ToRaw("echo"),
            TableBytes = KernelImage.Table.Length,
        };
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync(processor: processor);
        _ = await host.Guest.WaitForLogAsync("remote processor vrproc is now attached", Token);
        Assert.Equal("attached", await host.ReadAsync("state"));
        Assert.Equal("unknown", await host.ReadAsync("firmware"));
        Assert.Equal("hello", await host.EchoAsync("hello"));
        Assert.NotEqual(KernelImage.Table, TableOf(processor));

        _ = (await host.WriteAsync("state", "detach")).Required();
        Assert.Equal("detached", await host.ReadAsync("state"));
        Assert.Equal(KernelImage.Table, TableOf(processor));

        _ = (await host.WriteAsync("state", "start")).Required();
        Assert.Equal("attached", await host.ReadAsync("state"));
        Assert.Equal("again", await host.EchoAsync("again"));

        _ = (await host.WriteAsync("state", "stop")).Required();
        Assert.Equal("offline", await host.ReadAsync("state"));
        Assert.False(processor.IsRunning);
        Assert.True((await host.BootAsync("echo.elf")).IsSuccess);
        Assert.Equal("loaded", await host.EchoAsync("loaded"));
        Assert.Equal(
            [
                KernelProcessorOperation.Hello, KernelProcessorOperation.Attach, KernelProcessorOperation.Detach,
                KernelProcessorOperation.Attach, KernelProcessorOperation.Stop, KernelProcessorOperation.Start,
            ],
            processor.Requests);
        TestGuest.AssertNoWarning(host.Guest);
    }

    private static unsafe byte[] TableOf(KernelProcessorDevice processor)
        => new Span<byte>(processor.Ddr!.Memory.Start + OpenAmp.Simulation.SimulatedImage.TableOffsetBytes,
            KernelImage.Table.Length).ToArray();
}
