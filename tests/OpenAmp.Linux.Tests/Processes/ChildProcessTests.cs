// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>How a child runs and ends.</summary>
public sealed class ChildProcessTests(ChildProgram program) : IClassFixture<ChildProgram>
{
    private const int Segv = 11;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exit", 0, "exited with code 0")]
    [InlineData("exit", 255, "exited with code 255")]
    [InlineData("raise", Segv, "killed by signal 11 (SIGSEGV)")]
    [InlineData("raise", 9, "killed by signal 9 (SIGKILL)")]
    [InlineData("raise", 40, "killed by signal 40 (SIGRTMIN+6)")]
    public async Task TheEndIsReportedAsItWas(string what, int number, string text)
    {
        (ChildExit exit, _) = await ChildProgram.RunAsync(
            program.Options(what, number.ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(what == "exit" ? number : null, exit.ExitCode);
        Assert.Equal(what == "raise" ? number : null, exit.Signal);
        Assert.Equal(text + (exit.CoreDumped ? ", core dumped" : ""), exit.ToString());
    }

    [Fact]
    public async Task TheEndIsNoticedAtOnce()
    {
        List<double> milliseconds = [];
        List<double> startMilliseconds = [];
        for (int round = 0; round < 15; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await using ChildProcess child = ChildProcess.Start(program.Options("wait"));
            startMilliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            long noticed = 0;
            Task watch = child.Exited.ContinueWith(_ => noticed = Stopwatch.GetTimestamp(), Cancelled,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            long killed = Stopwatch.GetTimestamp();
            Assert.True(child.Signal(Segv));
            await watch.WaitAsync(ChildProgram.Patience, Cancelled);
            milliseconds.Add(Stopwatch.GetElapsedTime(killed, noticed).TotalMilliseconds);
        }

        milliseconds.Sort();
        startMilliseconds.Sort();
        TestContext.Current.SendDiagnosticMessage("Noticed after {0:F2} ms (median), {1:F2} (best); Start {2:F2}.",
            milliseconds[milliseconds.Count / 2], milliseconds[0], startMilliseconds[milliseconds.Count / 2]);

        // The goal is 10 ms; other work on the machine is no failure of ours.
        Assert.InRange(milliseconds[2], 0, 50);
    }

    [Fact]
    public async Task TheExitHandleIsReadableFromTheEndOn()
    {
        await using ChildProcess child = ChildProcess.Start(program.Options("wait"));
        Assert.Equal(0, Poll(child, 0));
        Assert.True(child.Signal(Segv));
        Assert.Equal(1, Poll(child, 10_000));
        _ = await child.Exited.WaitAsync(ChildProgram.Patience, Cancelled);
        Assert.Equal(1, Poll(child, 0));
    }

    [Fact]
    public async Task AChildThatListensEndsBySigterm()
    {
        await using ChildProcess child = ChildProcess.Start(program.Options("wait"));
        Assert.Equal(15, (await child.StopAsync(ChildProgram.Patience, Cancelled)).Signal);
        Assert.Equal(15, (await child.StopAsync(TimeSpan.Zero, Cancelled)).Signal);
        Assert.False(child.Signal(Segv));
    }

    [Fact]
    public async Task AChildThatIsStoppedHearsSigtermToo()
    {
        TaskCompletionSource listens = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChildProcess child = ChildProcess.Start(program.Options("listening", "3") with
        {
            StandardOutput = ChildOutputMode.Lines,
            OnLine = _ => listens.SetResult(),
        });
        await listens.Task.WaitAsync(ChildProgram.Patience, Cancelled);
        Assert.True(child.Signal(19));
        Assert.Equal(3, (await child.StopAsync(ChildProgram.Patience, Cancelled)).ExitCode);
    }

    [Fact]
    public async Task AChildThatIgnoresSigtermIsKilledAfterTheGrace()
    {
        TaskCompletionSource deaf = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChildProcess child = ChildProcess.Start(program.Options("stubborn") with
        {
            StandardOutput = ChildOutputMode.Lines,
            OnLine = _ => deaf.SetResult(),
        });
        await deaf.Task.WaitAsync(ChildProgram.Patience, Cancelled);

        using CancellationTokenSource impatience = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => child.StopAsync(ChildProgram.Patience, impatience.Token));
        Assert.False(child.Exited.IsCompleted);

        long start = Stopwatch.GetTimestamp();
        ChildExit exit = await child.StopAsync(TimeSpan.FromMilliseconds(50), Cancelled);
        Assert.Equal(9, exit.Signal);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(45), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task WhatTheChildLeavesOfItsGroupIsKilledWithIt()
    {
        TaskCompletionSource<int> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ChildProcess child = ChildProcess.Start(program.Options("child") with
        {
            StandardOutput = ChildOutputMode.Lines,
            OnLine = line => told.SetResult(int.Parse(line.Text, CultureInfo.InvariantCulture)),
        });
        int grandchild = await told.Task.WaitAsync(ChildProgram.Patience, Cancelled);
        Assert.True(Footprint.Exists(grandchild));
        Assert.True(child.Signal(9));

        // The grandchild has the stream open: it ends when both have ended.
        await child.OutputEnded.WaitAsync(ChildProgram.Patience, Cancelled);
        Assert.True(child.Exited.IsCompleted);
    }

    [Fact]
    public async Task ThreeHundredChildrenLeaveNothing()
    {
        Footprint before = Footprint.Settled();
        using NoCollection noCollection = new();
        for (int round = 0; round < 300; round++)
        {
            await using ChildProcess child = ChildProcess.Start(program.Options("wait") with
            {
                StandardOutput = round % 3 == 0 ? ChildOutputMode.Lines : ChildOutputMode.Discard,
                OnLine = round % 3 == 0 ? (_ => { }) : null,
            });
            if (round % 2 == 0)
            {
                Assert.Equal(15, (await child.StopAsync(ChildProgram.Patience, Cancelled)).Signal);
            }
        }

        before.AssertIsLeft();
    }

    [Fact]
    public async Task ManyChildrenAtOnceCostOneThreadAndAllEndsAreSeen()
    {
        Footprint before = Footprint.Settled();
        using NoCollection noCollection = new();
        ChildProcess[] children = [.. Enumerable.Range(0, 40).Select(_ => ChildProcess.Start(program.Options("wait")))];
        Assert.Equal(1, Footprint.Now.Threads);
        Assert.Equal(before.Children + children.Length, Footprint.Now.Children);
        foreach (ChildProcess child in children)
        {
            Assert.True(child.Signal(Segv));
        }

        ChildExit[] exits = await Task.WhenAll(children.Select(child => child.Exited))
            .WaitAsync(ChildProgram.Patience, Cancelled);
        Assert.All(exits, exit => Assert.Equal(Segv, exit.Signal));
        foreach (ChildProcess child in children)
        {
            await child.DisposeAsync();
            await child.DisposeAsync();
        }

        before.AssertIsLeft();
    }

    [Fact]
    public void AForgottenChildIsReapedWhenItEnds()
    {
        Footprint before = Footprint.Settled();
        StartAndForget();
        _ = SpinWait.SpinUntil(() => Footprint.Settled() == before, TimeSpan.FromSeconds(5));
        before.AssertIsLeft();

        void StartAndForget() => _ = ChildProcess.Start(program.Options("exit", "3"));
    }

    [Fact]
    public async Task ChildrenOfTheRuntimeAndOursDoNotTakeEachOthersStatus()
    {
        ConcurrentBag<string> wrong = [];
        await Task.WhenAll(RunAll(async code =>
        {
            using Process process = Process.Start(program.ProgramPath, ["exit", $"{code}"]);
            await process.WaitForExitAsync(Cancelled);
            return process.ExitCode;
        }), RunAll(async code =>
        {
            (ChildExit exit, _) = await ChildProgram.RunAsync(program.Options("exit", $"{code}"));
            return exit.ExitCode;
        }));
        Assert.Empty(wrong);

        async Task RunAll(Func<int, Task<int?>> run)
        {
            for (int round = 0; round < 25; round++)
            {
                int[] codes = [.. Enumerable.Range(round * 4, 4)];
                int?[] ends = await Task.WhenAll(codes.Select(run));
                codes.Zip(ends).Where(pair => pair.First != pair.Second).ToList()
                    .ForEach(pair => wrong.Add($"{pair.First} became {pair.Second}"));
            }
        }
    }

    [Fact]
    public async Task LinesOfBothStreamsComeInTheirOrder()
    {
        const int Count = 20_000;
        List<int>[] numbers = [[], []];
        string last = "";
        await using ChildProcess child = ChildProcess.Start(program.Options("lines", $"{Count}") with
        {
            StandardOutput = ChildOutputMode.Lines,
            StandardError = ChildOutputMode.Lines,
            OnLine = line =>
            {
                if (line.Text == "no end")
                {
                    last = line.Text;
                    return;
                }

                numbers[line.IsError ? 1 : 0].Add(int.Parse(line.Text.Split(' ')[1], CultureInfo.InvariantCulture));
            },
        });
        await child.OutputEnded.WaitAsync(ChildProgram.Patience, Cancelled);
        Assert.Equal(Enumerable.Range(0, Count / 2).Select(i => i * 2), numbers[0]);
        Assert.Equal(Enumerable.Range(0, Count / 2).Select(i => (i * 2) + 1), numbers[1]);
        Assert.Equal("no end", last);
    }

    [Fact]
    public async Task AReceiverOfLinesThatFailsIsReportedAndDoesNotStopTheChild()
    {
        int calls = 0;
        await using ChildProcess child = ChildProcess.Start(program.Options("lines", "20000") with
        {
            StandardOutput = ChildOutputMode.Lines,
            OnLine = _ => throw new InvalidOperationException($"call {++calls}"),
        });
        Assert.True((await child.Exited.WaitAsync(ChildProgram.Patience, Cancelled)).IsSuccess);
        Assert.Equal("call 1", (await Assert.ThrowsAsync<InvalidOperationException>(
            () => child.OutputEnded.WaitAsync(ChildProgram.Patience, Cancelled))).Message);
    }

    [Fact]
    public async Task AReceiverOfLinesMayStopTheChild()
    {
        TaskCompletionSource<ChildProcess> started = new();
        ChildProcess child = ChildProcess.Start(program.Options("stubborn") with
        {
            StandardOutput = ChildOutputMode.Lines,
            OnLine = _ => started.Task.Result.DisposeAsync().AsTask().Wait(Cancelled),
        });
        started.SetResult(child);
        await child.OutputEnded.WaitAsync(ChildProgram.Patience, Cancelled);
        Assert.Equal(9, (await child.Exited).Signal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(-1)]
    public async Task ASignalThatDoesNotExistIsRefused(int signal)
    {
        await using ChildProcess child = ChildProcess.Start(program.Options("wait"));
        Assert.Throws<ArgumentOutOfRangeException>(() => child.Signal(signal));
    }

    private static unsafe int Poll(ChildProcess child, int timeoutMilliseconds)
    {
        int* poll = stackalloc int[2];
        poll[0] = (int)child.ExitHandle.DangerousGetHandle();
        poll[1] = 1;
        return NativeCalls.poll(poll, 1, timeoutMilliseconds);
    }
}
