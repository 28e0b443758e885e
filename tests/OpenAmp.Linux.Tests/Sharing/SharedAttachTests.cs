// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharedAttachTests : IDisposable
{
    private readonly CancellationTokenSource _limit = Firmware.Limit();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("openamp-sharing-");

    private CancellationToken Limit => _limit.Token;

    public void Dispose()
    {
        _limit.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task AProcessorThatRunsAlreadyIsAttachedToAndLeftAgain()
    {
        await using RemoteProcessor own = await RemoteProcessor.OpenAsync(NewDriver(Image), Limit);
        await using ProcessorSharing sharing = Share(own);
        await using RemoteProcessor processor = await SharedProcessor.OpenAsync(sharing.SocketPath, Limit);
        Assert.Equal(RemoteProcessorState.Detached, processor.State);
        for (int round = 1; round <= 3; round++)
        {
            await processor.AttachAsync(Limit);
            Assert.Equal(RemoteProcessorState.Attached, processor.State);
            await Firmware.EchoAsync(processor.Rpmsg, $"round {round}", Limit);
            await processor.DetachAsync(Limit);
            Assert.Equal(RemoteProcessorState.Detached, processor.State);
            Assert.Empty(processor.Links);
        }
    }

    [Fact]
    public async Task AStartThatIsCancelledHereIsCancelledThere()
    {
        var hooks = new Waits();
        await using RemoteProcessor own = await RemoteProcessor.OpenAsync(
            NewDriver(null), Patient(hooks), Limit);
        await own.LoadAsync(FirmwareStore.FromMemory(Image), Limit);
        await using ProcessorSharing sharing = Share(own);
        await using RemoteProcessor processor = await SharedProcessor.OpenAsync(sharing.SocketPath, Limit);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Limit);
        Task start = processor.StartAsync(cancelled.Token).AsTask();
        await hooks.Entered.Task.WaitAsync(Limit);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        await own.WaitForStateAsync(RemoteProcessorState.Stopped, Limit);
    }

    [Fact]
    public async Task AStopMakesTheStartOfAnotherProgramGiveUp()
    {
        var hooks = new Waits();
        await using RemoteProcessor own = await RemoteProcessor.OpenAsync(
            NewDriver(null), Patient(hooks), Limit);
        await own.LoadAsync(FirmwareStore.FromMemory(Image), Limit);
        await using ProcessorSharing sharing = Share(own);
        await using RemoteProcessor one = await SharedProcessor.OpenAsync(sharing.SocketPath, Limit);
        await using RemoteProcessor other = await SharedProcessor.OpenAsync(sharing.SocketPath, Limit);
        Task start = one.StartAsync(Limit).AsTask();
        await hooks.Entered.Task.WaitAsync(Limit);
        _ = await other.StopAsync(Limit);
        RemoteProcessorException gaveUp = await Assert.ThrowsAsync<RemoteProcessorException>(() => start);
        Assert.Contains("stopped meanwhile", gaveUp.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Stopped, other.State);
    }

    // A start does not end by itself while the test waits for its end.
    private static RemoteProcessorOptions Patient(RemoteProcessorHooks hooks) => new()
    {
        Hooks = hooks,
        StartTimeout = TimeSpan.FromMinutes(5),
        StopTimeout = TimeSpan.FromMilliseconds(200),
    };

    private static byte[] Image => SimulatedImage.ToElf(new SimulatedImageOptions
    {
        FirmwareName = Firmware.Service,
        ResourceTable = new ResourceTableBuilder().AddRpmsgVdev(16).ToBytes(),
    });

    private static SimulatedProcessorDriver NewDriver(byte[]? running) => new(new SimulatedProcessorOptions
    {
        Name = "simulated",
        Firmware = [SimulatedFirmware.Create(Firmware.Service, EchoAsync)],
        RunningImage = running ?? ReadOnlyMemory<byte>.Empty,
    });

    private static async Task EchoAsync(RemoteEnvironment environment, CancellationToken cancellationToken)
    {
        // After an end of the host's side the next host is waited for: attached to and detached from.
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using RpmsgLink link = await environment.OpenRpmsgAsync(null, cancellationToken);
                await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(
                    Firmware.Service, null, cancellationToken);
                await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(cancellationToken))
                {
                    using (message)
                    {
                        await endpoint.SendToAsync(message.Memory, message.Source, cancellationToken);
                    }
                }
            }
            catch (RpmsgClosedException)
            {
                // The host went away.
            }
        }
    }

    private ProcessorSharing Share(RemoteProcessor processor)
        => ProcessorSharing.Share(processor, new SharingOptions { Directory = _directory.FullName });

    private sealed class Waits : RemoteProcessorHooks
    {
        internal TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask StartedAsync(RemoteProcessor processor, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
