// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class HoldTests
{
    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task ASuspendedBoardAnswersWhenItIsResumed(string name)
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name);
        await using RpmsgEndpoint echo = await board.ConnectAsync(CRemote.Echo);
        await board.Processor.SuspendAsync(board.Token);
        await echo.SendAsync("asked while held"u8.ToArray(), board.Token);
        Task<RpmsgMessage> answer = echo.ReceiveAsync(board.Token).AsTask();
        await Task.Delay(TimeSpan.FromMilliseconds(300), board.Token);
        Assert.False(answer.IsCompleted);
        Assert.Equal(RemoteProcessorState.Suspended, board.Processor.State);
        await board.Processor.ResumeAsync(board.Token);
        using RpmsgMessage message = await answer;
        Assert.Equal("asked while held", Encoding.UTF8.GetString(message.Payload));
    }

    [Fact]
    public async Task ASuspendedBoardCanBeStoppedAndStarted()
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync("mps2-an386");
        await board.Processor.SuspendAsync(board.Token);
        await board.Processor.StopAsync(board.Token);
        await board.Processor.StartAsync(board.Token);
        await board.GreetAsync();
    }

    [Theory]
    [InlineData("mps2-an386", "c-remote")]
    [InlineData("virt-a53", "c-remote")]
    public async Task ADebuggerSeesWhereTheBoardIsAndLeavesItRunning(string name, string image)
    {
        Assert.SkipWhen(QemuProgram.TryFind("gdb-multiarch") is null, "apt-get install gdb-multiarch");
        await using BoardUnderTest board = await BoardUnderTest.OpenAsync(name);
        await board.Processor.StartAsync(board.Token);
        await board.GreetAsync();
        string file = CRemote.PathFor(name, image);
        QemuDebugger debugger = await board.Driver.OpenDebuggerAsync(file, board.Token);
        Assert.True(File.Exists(debugger.SocketPath));
        Assert.StartsWith("gdb-multiarch", debugger.CommandLine, StringComparison.Ordinal);
        string said = await DebugAsync(file, debugger.SocketPath, board);
        Assert.Contains("#0", said, StringComparison.Ordinal);
        Assert.Contains("main", said, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Running, board.Processor.State);
        await board.EchoAsync(200);
        await board.Processor.DisposeAsync();
        Assert.False(File.Exists(debugger.SocketPath));
    }

    [Fact]
    public async Task ABoardThatADebuggerHoldsIsNotTakenForHung()
    {
        Assert.SkipWhen(QemuProgram.TryFind("gdb-multiarch") is null, "apt-get install gdb-multiarch");
        WatchdogOptions counter = new() { Counter = new DeviceAddress(0x2160_3000), Timeout = TimeSpan.FromSeconds(2) };
        await using BoardUnderTest board = await BoardUnderTest.StartAsync("mps2-an386", new() { Watchdog = counter });
        using CancellationTokenSource done = new();
        Task talking = TalkAsync(board, done.Token);
        string file = CRemote.PathFor("mps2-an386");
        QemuDebugger debugger = await board.Driver.OpenDebuggerAsync(file, board.Token);
        _ = await DebugAsync(file, debugger.SocketPath, board, "-ex", "shell sleep 5");
        await done.CancelAsync();
        await talking;
        Assert.Null(board.Processor.LastCrash);
    }

    private static async Task TalkAsync(BoardUnderTest board, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await board.GreetAsync();
            await Task.Delay(20, board.Token);
        }
    }

    private static async Task<string> DebugAsync(
        string file, string socket, BoardUnderTest board, params string[] more)
    {
        ProcessStartInfo start = new("gdb-multiarch",
            ["-nx", "-batch", file, "-ex", $"target remote {socket}", "-ex", "bt", .. more, "-ex", "detach"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process gdb = Process.Start(start)!;
        Task<string> errors = gdb.StandardError.ReadToEndAsync(board.Token);
        string said = await gdb.StandardOutput.ReadToEndAsync(board.Token);
        await gdb.WaitForExitAsync(board.Token);
        return said + await errors;
    }
}
