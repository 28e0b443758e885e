// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Simulation.Tests;

/// <summary>Several processors at once.</summary>
public sealed class TopologyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SimulatedFirmware Echo { get; } = SimulatedFirmware.Create("echo", EchoAsync);

    [Fact]
    public async Task AStarHasOneHostAndSeveralRemotesThatDoNotDisturbEachOther()
    {
        RemoteProcessor[] remotes = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => StartAsync($"leaf{i}", Echo)));
        try
        {
            string[] answers = await Task.WhenAll(remotes.Select(remote => AskAsync(remote, remote.Name)));
            Assert.Equal(["leaf0", "leaf1", "leaf2", "leaf3"], answers);
            await remotes[1].StopAsync(Token);
            Assert.Equal("still there", await AskAsync(remotes[0], "still there"));
            Assert.Equal(3, remotes.Count(remote => remote.State == RemoteProcessorState.Running));
        }
        finally
        {
            await Task.WhenAll(remotes.Select(remote => remote.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task AChainHasARemoteThatIsTheHostOfAnother()
    {
        RemoteProcessor? inner = null;
        var middle = SimulatedFirmware.Create("middle", async (environment, stopping) =>
        {
            await using RemoteProcessor next = await StartAsync("far", Echo);
            inner = next;
            await using RpmsgEndpoint down = await next.Rpmsg.ConnectAsync("echo", stopping);
            await using RpmsgLink up = await environment.OpenRpmsgAsync(null, stopping);
            await using RpmsgEndpoint endpoint = await up.CreateEndpointAsync("echo", null, stopping);
            while (true)
            {
                using RpmsgMessage question = await endpoint.ReceiveAsync(stopping);
                await down.SendAsync(question.Memory, stopping);
                using RpmsgMessage answer = await down.ReceiveAsync(stopping);
                await endpoint.SendToAsync(answer.Memory, question.Source, stopping);
            }
        });
        await using RemoteProcessor near = await StartAsync("near", middle);
        Assert.Equal("to the end and back", await AskAsync(near, "to the end and back"));
        Assert.Equal(RemoteProcessorState.Running, inner!.State);
        await near.StopAsync(Token);

        // Power went: what the middle hosted is gone with it.
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await inner.StopAsync(Token));
    }

    [Fact]
    public async Task WithoutAProgramOfItsNameAnImageDoesNotStart()
    {
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(
            new SimulatedProcessorDriver(new SimulatedProcessorOptions { Firmware = [Echo] }), Token);
        await processor.LoadAsync(FirmwareStore.FromMemory(SimulatedImage.ToElf(
            new SimulatedImageOptions { FirmwareName = "other" })), Token);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            async () => await processor.StartAsync(Token));
        Assert.Contains("no firmware 'other'; it has echo", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Stopped, processor.State);
    }

    [Fact]
    public void TheSameSeedGivesTheSameFaults()
    {
        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));
        Assert.Contains(SimulatedFaultKind.Fail, Draw(7));
        Assert.Contains(SimulatedFaultKind.None, Draw(7));

        static SimulatedFaultKind[] Draw(int seed)
        {
            var plan = new SimulatedFaultPlan(seed, 0.3, SimulatedFaultKind.Fail, SimulatedFaultKind.Hang);
            return [.. Enumerable.Range(0, 100).Select(_ => plan.Next(SimulatedStep.Start).Kind)];
        }
    }

    private static async Task<RemoteProcessor> StartAsync(string name, SimulatedFirmware firmware)
    {
        var driver = new SimulatedProcessorDriver(new SimulatedProcessorOptions { Name = name, Firmware = [firmware] });
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, Token);
        byte[] image = SimulatedImage.ToElf(
            new SimulatedImageOptions { FirmwareName = firmware.Name, ResourceTable = Table() });
        await processor.LoadAsync(FirmwareStore.FromMemory(image, name), Token);
        await processor.StartAsync(Token);
        return processor;
    }

    private static byte[] Table()
    {
        byte[] table = new byte[256];
        VringEntry ring = new()
        {
            Address = ResourceAddress.Any,
            AlignmentBytes = 16,
            EntryCount = 8,
            NotifyId = NotifyId.Any,
        };
        var head = new VdevEntry { DeviceId = VdevEntry.RpmsgDeviceId, DeviceFeatures = 1, NotifyId = NotifyId.Any };
        Assert.True(ResourceTableWriter.TryCreate(table, 1, out ResourceTableWriter writer, out _));
        Assert.True(writer.TryAddVdev(head, [ring, ring], [], out _));
        Assert.True(writer.TryComplete(out int length, out _));
        return table[..length];
    }

    private static async Task EchoAsync(RemoteEnvironment environment, CancellationToken stopping)
    {
        await using RpmsgLink link = await environment.OpenRpmsgAsync(null, stopping);
        while (!link.Completion.IsCompleted)
        {
            await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync("echo", null, stopping);
            await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(stopping))
            {
                using (message)
                {
                    await endpoint.SendToAsync(message.Memory, message.Source, stopping);
                }
            }
        }
    }

    private static async Task<string> AskAsync(RemoteProcessor processor, string question)
    {
        await using RpmsgEndpoint endpoint = await processor.Rpmsg.ConnectAsync("echo", Token);
        await endpoint.SendAsync(Encoding.UTF8.GetBytes(question), Token);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Token);
        return Encoding.UTF8.GetString(answer.Payload);
    }
}
