// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Rpmsg;

public sealed class RpmsgTtyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BytesPassUnchangedAndNothingIsEchoed()
    {
        using var terminal = new PseudoTerminal();
        await using Stream tty = await OpenAsync(terminal);
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        await terminal.Stream.WriteAsync(all, Token);
        byte[] received = new byte[all.Length];
        await tty.ReadExactlyAsync(received, Token);
        Assert.Equal(all, received);

        // A terminal that echoes would give the 256 bytes back before these.
        await tty.WriteAsync("\r\n\u0003\u0004"u8.ToArray(), Token);
        byte[] sent = new byte[4];
        await terminal.Stream.ReadExactlyAsync(sent, Token);
        Assert.Equal("\r\n\u0003\u0004"u8.ToArray(), sent);
    }

    [Fact]
    public async Task LongWritesGoOutWholeWhenTheReaderIsSlow()
    {
        using var terminal = new PseudoTerminal();
        await using Stream tty = await OpenAsync(terminal);
        byte[] text = new byte[100_000];
        Random.Shared.NextBytes(text);

        Task writing = tty.WriteAsync(text, Token).AsTask();
        byte[] received = new byte[text.Length];
        await terminal.Stream.ReadExactlyAsync(received, Token);
        await writing;

        Assert.Equal(text, received);
    }

    [Fact]
    public async Task AReaderThatTakesNothingTimesAWriteOut()
    {
        using var terminal = new PseudoTerminal();
        await using Stream tty = await OpenAsync(terminal, TimeSpan.FromMilliseconds(50));

        var full = await Assert.ThrowsAsync<KernelRpmsgException>(
            async () => await tty.WriteAsync(new byte[1_000_000], Token));

        Assert.Equal(KernelRpmsgOutcome.QueueFull, full.Outcome);
    }

    [Fact]
    public async Task AHangUpEndsTheStreamAndAReadThatWaits()
    {
        var terminal = new PseudoTerminal();
        await using Stream tty = await OpenAsync(terminal);
        Task<int> reading = tty.ReadAsync(new byte[10], Token).AsTask();
        await Task.Delay(20, Token);
        Assert.False(reading.IsCompleted);

        terminal.Dispose();

        Assert.Equal(0, await reading.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(0, await tty.ReadAsync(new byte[10], Token));
        var gone = await Assert.ThrowsAsync<KernelRpmsgException>(
            async () => await tty.WriteAsync(new byte[1], Token));
        Assert.Equal(KernelRpmsgOutcome.DeviceGone, gone.Outcome);
    }

    [Fact]
    public async Task WaitsEndWhenCancelledOrDisposed()
    {
        using var terminal = new PseudoTerminal();
        Stream tty = await OpenAsync(terminal);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await tty.ReadExactlyAsync(new byte[1], soon.Token));

        Task reading = tty.ReadExactlyAsync(new byte[1], Token).AsTask();
        await tty.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    [Fact]
    public async Task NoTerminalOrSeveralAreSaid()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        var options = new KernelRpmsgTtyOptions { Root = kernel.Root, AppearTimeout = TimeSpan.FromMilliseconds(30) };
        var none = await Assert.ThrowsAsync<KernelRpmsgException>(
            async () => await KernelRpmsgTty.OpenAsync(options, Token));
        Assert.Equal(KernelRpmsgOutcome.NotFound, none.Outcome);

        for (int i = 0; i < 2; i++)
        {
            kernel.Tty(kernel.Channel(FakeRpmsgKernel.Transport(i), "rpmsg-tty", 1, 2), i);
        }

        var several = await Assert.ThrowsAsync<KernelRpmsgException>(
            async () => await KernelRpmsgTty.OpenAsync(options, Token));
        Assert.Equal(KernelRpmsgOutcome.Ambiguous, several.Outcome);
        Assert.Contains("ttyRPMSG1", several.Message, StringComparison.Ordinal);

        options = options with { Selector = new() { Processor = "dsp" }, NodeTimeout = TimeSpan.FromMilliseconds(30) };
        var missing = await Assert.ThrowsAsync<KernelRpmsgException>(
            async () => await KernelRpmsgTty.OpenAsync(options, Token));
        Assert.Equal(KernelRpmsgOutcome.NodeMissing, missing.Outcome);
    }

    private static async Task<Stream> OpenAsync(PseudoTerminal terminal, TimeSpan? writeTimeout = null)
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        kernel.Tty(kernel.Channel(FakeRpmsgKernel.Transport(0), "rpmsg-tty", 0x402, 0x403), 0);
        File.CreateSymbolicLink(kernel.At("/dev/ttyRPMSG0"), terminal.Path);
        return await KernelRpmsgTty.OpenAsync(
            new() { Root = kernel.Root, WriteTimeout = writeTimeout ?? TimeSpan.FromSeconds(15) }, Token);
    }
}
