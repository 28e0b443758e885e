// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Life;

public sealed class HookTests
{
    [Fact]
    public async Task HooksAreCalledInTheOrderOfALife()
    {
        var hooks = new Hooks();
        await using Board board = await Board.RunningAsync(options: Board.Quick with { Hooks = hooks });
        await board.CrashAsync();
        await RecoveryTests.WaitForLogAsync(board, 104);
        await board.Processor.RecoverAsync(Board.Token);
        await board.Processor.StopAsync(Board.Token);
        Assert.Equal(
            ["prepare Ready", "started Ready", "crashed Crashed", "prepare Crashed", "started Crashed",
                "stopping Running", "stopped Running"],
            hooks.Calls);
    }

    [Theory]
    [InlineData("prepare")]
    [InlineData("started")]
    public async Task AHookThatFailsMakesAStartFail(string name)
    {
        var hooks = new Hooks { Fails = name };
        await using Board board = await Board.LoadedAsync(options: Board.Quick with { Hooks = hooks });
        RemoteProcessorException error = await Assert.ThrowsAsync<RemoteProcessorException>(
            async () => await board.Processor.StartAsync(Board.Token));
        Assert.Contains("hook says no", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidTimeZoneException>(error.InnerException);
        Assert.Equal(RemoteProcessorState.Stopped, board.State);
        Assert.False(board.Driver.IsRunning);
        hooks.Fails = null;
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Theory]
    [InlineData("stopping")]
    [InlineData("stopped")]
    public async Task AHookThatFailsOrHangsDoesNotKeepItFromStopping(string name)
    {
        foreach (bool hangs in new[] { false, true })
        {
            var hooks = new Hooks { Fails = hangs ? null : name, Hangs = hangs ? name : null };
            await using Board board = await Board.RunningAsync(options: Board.Quick with
            {
                Hooks = hooks,
                StopTimeout = TimeSpan.FromSeconds(1),
            });
            Assert.Equal(StopOutcome.Stopped, await board.Processor.StopAsync(Board.Token));
            Assert.Equal(RemoteProcessorState.Stopped, board.State);
            Assert.Single(board.Log.OfId(108));
        }
    }

    [Fact]
    public async Task AnOperationAskedForByAHookThatItWouldWaitForIsRefused()
    {
        var hooks = new Hooks();
        await using Board board = await Board.LoadedAsync(options: Board.Quick with { Hooks = hooks });
        InvalidOperationException? refused = null;
        hooks.OnStarted = async (processor, token) => refused = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await processor.StopAsync(token));
        await board.Processor.StartAsync(Board.Token);
        Assert.Contains("asked for by a hook", refused!.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Running, board.State);
        await board.EchoAsync();
    }

    [Fact]
    public async Task AHookMayUseTheLinks()
    {
        var hooks = new Hooks();
        Board? board = null;
        hooks.OnStarted = async (_, _) => await board!.EchoAsync("from a hook");
        await using (board = await Board.LoadedAsync(options: Board.Quick with { Hooks = hooks }))
        {
            await board.Processor.StartAsync(Board.Token);
            Assert.Contains("started Ready", hooks.Calls);
        }
    }

    private sealed class Hooks : RemoteProcessorHooks
    {
        public List<string> Calls { get; } = [];

        public string? Fails { get; set; }

        public string? Hangs { get; set; }

        public Func<RemoteProcessor, CancellationToken, Task>? OnStarted { get; set; }

        public override ValueTask PrepareAsync(RemoteProcessor processor, CancellationToken cancellationToken)
            => CallAsync("prepare", processor, cancellationToken);

        public override async ValueTask StartedAsync(RemoteProcessor processor, CancellationToken cancellationToken)
        {
            await CallAsync("started", processor, cancellationToken);
            await (OnStarted?.Invoke(processor, cancellationToken) ?? Task.CompletedTask);
        }

        public override ValueTask StoppingAsync(RemoteProcessor processor, CancellationToken cancellationToken)
            => CallAsync("stopping", processor, cancellationToken);

        public override ValueTask StoppedAsync(RemoteProcessor processor, CancellationToken cancellationToken)
            => CallAsync("stopped", processor, cancellationToken);

        public override ValueTask CrashedAsync(
            RemoteProcessor processor,
            RemoteCrash crash,
            CancellationToken cancellationToken)
            => CallAsync("crashed", processor, cancellationToken);

        private async ValueTask CallAsync(string name, RemoteProcessor processor, CancellationToken cancellationToken)
        {
            Calls.Add($"{name} {processor.State}");
            if (Hangs == name)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            if (Fails == name)
            {
                throw new InvalidTimeZoneException("The hook says no.");
            }
        }
    }
}
