// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>RPMsg with a processor that somebody else started, over shared memory and sockets.</summary>
public sealed class SharedMemoryDriverTests : IDisposable
{
    private static readonly DeviceAddress Origin = new(0x1000_0000);
    private static readonly byte[] Table = new ResourceTableBuilder().AddRpmsgVdev(16).ToBytes();

    private readonly CancellationTokenSource _limit = Firmware.Limit();
    private readonly SharedMemory _memory = SharedMemory.CreateAnonymous(1 << 20, Origin);

    // The other ends of the doorbells that the host has opened.
    private readonly Channel<SafeHandle> _wires = Channel.CreateUnbounded<SafeHandle>();

    // The remote has seen that a host went: it looks at the rings no more, which the next one clears.
    private readonly SemaphoreSlim _left = new(0);

    public SharedMemoryDriverTests() => Table.CopyTo(TableInMemory);

    private CancellationToken Limit => _limit.Token;

    // SAFETY: the memory is mapped until the test is disposed, and longer than the table.
    private unsafe Span<byte> TableInMemory => new(_memory.Region.Start, Table.Length);

    public void Dispose()
    {
        _memory.Dispose();
        _left.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task AProcessorThatSomebodyElseStartedIsTalkedToAndLeftAsItWas()
    {
        Task remote = EchoAsync();
        await using (RemoteProcessor processor = await OpenAsync(Origin))
        {
            for (int attach = 1; attach <= 3; attach++)
            {
                Assert.Equal(RemoteProcessorState.Detached, processor.State);
                await processor.AttachAsync(Limit);
                Assert.Equal(RemoteProcessorState.Attached, processor.State);
                await Firmware.EchoAsync(processor.Rpmsg, $"attach {attach}", Limit);
                await Assert.ThrowsAsync<NotSupportedException>(() => processor.StopAsync(Limit).AsTask());
                await processor.DetachAsync(Limit);
                Assert.True(TableInMemory.SequenceEqual(Table));
                await _left.WaitAsync(Limit);
            }

            Assert.Equal(0, processor.CrashCount);
        }

        _wires.Writer.Complete();
        await remote.WaitAsync(Limit);
    }

    [Fact]
    public async Task ATableOutsideTheMemoryIsNamedWithItsPlace()
    {
        await using RemoteProcessor processor = await OpenAsync(new DeviceAddress(0x2000_0000));
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            () => processor.AttachAsync(Limit).AsTask());
        Assert.Contains("0x20000000", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Detached, processor.State);
    }

    private ValueTask<RemoteProcessor> OpenAsync(DeviceAddress table)
        => RemoteProcessor.OpenAsync(
            new SharedMemoryDriver(new()
            {
                Name = "other",
                Regions = [new MemoryRegion { Name = "shared", Memory = _memory.Region, IsPool = true }],
                TableAddress = table,
                OpenDoorbell = _ =>
                {
                    (SafeHandle near, SafeHandle far) = Sockets.Pair();
                    Assert.True(_wires.Writer.TryWrite(far));
                    return new SocketDoorbell(near);
                },
            }),
            Limit);

    /// <summary>The remote: it ran before its host came, and runs when the host has gone.</summary>
    private async Task EchoAsync()
    {
        var memory = new MemoryMap();
        memory.Add(new MemoryRegion { Name = "shared", Memory = _memory.Region });
        await foreach (SafeHandle wire in _wires.Reader.ReadAllAsync(Limit))
        {
            Assert.True(memory.TryTranslate(Origin, (ulong)Table.Length, out SharedRegion table));
            await using RemoteEnvironment environment = new(new()
            {
                Name = "other",
                Memory = memory,
                Table = table,
                OpenDoorbell = _ => new SocketDoorbell(wire),
            });
            await using RpmsgLink link = await environment.OpenRpmsgAsync(null, Limit);
            await using RpmsgEndpoint endpoint = await link.CreateEndpointAsync(Firmware.Service, null, Limit);
            await Assert.ThrowsAsync<RpmsgClosedException>(() => AnswerAsync(endpoint));
            Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(Limit));
            _left.Release();
        }
    }

    private async Task AnswerAsync(RpmsgEndpoint endpoint)
    {
        await foreach (RpmsgMessage message in endpoint.ReceiveAllAsync(Limit))
        {
            using (message)
            {
                await endpoint.SendToAsync(message.Payload.ToArray(), message.Source, Limit);
            }
        }
    }
}
