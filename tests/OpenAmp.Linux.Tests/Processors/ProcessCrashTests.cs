// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class ProcessCrashTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private readonly CancellationTokenSource _limit = Firmware.Limit();

    private CancellationToken Limit => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Theory]
    [InlineData("exit 3", CrashKind.Exited, "exited with code 3")]
    [InlineData("exit 0", CrashKind.Exited, "exited with code 0")]
    [InlineData("abort", CrashKind.FatalError, "killed by signal 6 (SIGABRT)")]
    [InlineData("segv", CrashKind.MemoryFault, "killed by signal 11 (SIGSEGV)")]
    public async Task CrashIsToldWithItsText(string order, CrashKind kind, string text)
    {
        await using RemoteProcessor processor = await StartAsync(new());
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, order, Limit);
        await processor.WaitForStateAsync(RemoteProcessorState.Crashed, Limit);
        RemoteCrash crash = processor.LastCrash!;
        Assert.Equal(kind, crash.Kind);
        Assert.Contains(text, crash.Message, StringComparison.Ordinal);
        Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(Limit));
        _ = await processor.StopAsync(Limit);
        Assert.Equal(RemoteProcessorState.Stopped, processor.State);
    }

    [Fact]
    public async Task LastWordsBeforeACrashArriveOnceEach()
    {
        TraceList trace = new();
        await using RemoteProcessor processor = await StartAsync(new() { TraceSinks = [trace] });
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, "trace one", Limit);
        await Firmware.SayAsync(endpoint, "trace two", Limit);
        await Firmware.SayAsync(endpoint, "abort", Limit);
        await processor.WaitForStateAsync(RemoteProcessorState.Crashed, Limit);
        _ = await processor.StopAsync(Limit);
        Assert.Equal(["starts", "one", "two", "aborts"], trace.Lines);
    }

    [Fact]
    public async Task RecoveredFirmwareEchoesAndOldEndpointsEnd()
    {
        await using RemoteProcessor processor = await StartAsync(new() { Recovery = RecoveryPolicy.Always });
        RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        for (int crash = 1; crash <= 3; crash++)
        {
            IAsyncEnumerator<RemoteProcessorStateChange> changes =
                processor.WatchAsync(Limit).GetAsyncEnumerator(Limit);
            await Firmware.SayAsync(endpoint, "abort", Limit);
            await WaitAsync(changes, RemoteProcessorState.Running);
            await changes.DisposeAsync();
            Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(Limit));
            await endpoint.DisposeAsync();
            endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
            await Firmware.EchoAsync(endpoint, $"after {crash}", Limit);
            Assert.Equal(crash, processor.CrashCount);
        }

        await endpoint.DisposeAsync();
    }

    [Fact]
    public async Task StartOfFirmwareThatCrashesAtOnceFailsWithTheText()
    {
        // Held back by a hook until the crash is there: else the start may be done before it.
        CrashWait hooks = new();
        ProcessProcessorDriver driver = new(new() { Arguments = ["exit 7"] });
        await using RemoteProcessor processor = await RemoteProcessor.OpenAsync(
            driver, new() { Hooks = hooks }, Limit);
        await processor.LoadAsync(firmware.EchoPath, Limit);
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            () => processor.StartAsync(Limit).AsTask());
        Assert.Contains("exited with code 7", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Stopped, processor.State);
    }

    [Fact]
    public async Task BrokenRingIsACrash()
    {
        await using RemoteProcessor processor = await StartAsync(new());
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, "scribble", Limit);
        await processor.WaitForStateAsync(RemoteProcessorState.Crashed, Limit);
        Assert.Equal(CrashKind.BrokenRing, processor.LastCrash!.Kind);
        _ = await processor.StopAsync(Limit);
    }

    [Fact]
    public async Task CrashLeavesADumpOfTheSharedMemory()
    {
        using MemoryStream dump = new();
        TaskCompletionSource written = new();
        await using RemoteProcessor processor = await StartAsync(new()
        {
            CoreDump = new()
            {
                Mode = CoreDumpMode.Inline,
                OpenStream = (_, _) => ValueTask.FromResult<Stream>(new Written(dump, written)),
            },
        });
        await using RpmsgEndpoint endpoint = await Firmware.ConnectAsync(processor.Rpmsg, Limit);
        await Firmware.SayAsync(endpoint, "abort", Limit);
        await written.Task.WaitAsync(Limit);
        var core = ElfImage.Parse(dump.ToArray());
        Assert.Equal(ElfType.Core, core.Header.Type);
        Assert.Contains(core.Segments, segment => segment.VirtualAddress == 0x1000_0000);
        ElfSegment area = core.Segments.Single(segment => segment.VirtualAddress == 0x1001_0000);
        ReadOnlySpan<byte> trace = dump.ToArray().AsSpan((int)area.OffsetBytes);
        Assert.True(trace.StartsWith("starts\naborts\n"u8));
    }

    private async ValueTask WaitAsync(IAsyncEnumerator<RemoteProcessorStateChange> changes, RemoteProcessorState state)
    {
        do
        {
            Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(Limit));
        }
        while (changes.Current.To != state);
    }

    private async Task<RemoteProcessor> StartAsync(RemoteProcessorOptions options)
    {
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(new ProcessProcessorDriver(), options, Limit);
        await processor.LoadAsync(firmware.EchoPath, Limit);
        await processor.StartAsync(Limit);
        return processor;
    }

    private sealed class CrashWait : RemoteProcessorHooks
    {
        public override async ValueTask StartedAsync(RemoteProcessor processor, CancellationToken cancellationToken)
            => await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    /// <summary>A stream that says when it is complete.</summary>
    private sealed class Written(MemoryStream target, TaskCompletionSource done) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => target.Length;

        public override long Position { get => target.Position; set => throw new NotSupportedException(); }

        public override void Flush() => target.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer, offset, count);

        protected override void Dispose(bool disposing)
        {
            done.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
