// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading.Tasks;
using OpenAmp.Tool.Services;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>A bar a step that moves while the messages flow; the table takes their place.</summary>
internal sealed class TerminalScreen(IAnsiConsole console) : IDemoScreen
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<DemoStep, IServiceProgress> _sessions = [];
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _display = Task.CompletedTask;

    public void Begin(string title, IReadOnlyList<DemoStep> steps)
    {
        console.WriteLine(title);
        _display = console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(progress => DrawAsync(progress, steps));
    }

    public async Task ShowAsync(DemoStep step, IServiceProgress session)
    {
        _sessions[step] = session;
        await session.Ended.ConfigureAwait(false);
    }

    public async Task EndAsync()
    {
        _end.TrySetResult();
        await _display.ConfigureAwait(false);
    }

    private async Task DrawAsync(ProgressContext progress, IReadOnlyList<DemoStep> steps)
    {
        Dictionary<DemoStep, ProgressTask> bars = [];
        foreach (DemoStep step in steps)
        {
            bars[step] = progress.AddTask(step.Name);
        }

        bool isLast;
        do
        {
            isLast = _end.Task.IsCompleted;
            foreach ((DemoStep step, IServiceProgress session) in _sessions)
            {
                Update(bars[step], session);
            }

            await Task.WhenAny(_end.Task, Task.Delay(RefreshInterval)).ConfigureAwait(false);
        }
        while (!isLast);
    }

    private static void Update(ProgressTask bar, IServiceProgress session)
    {
        if (session.Service is { ExpectedMessages: > 0 } service)
        {
            bar.MaxValue = service.ExpectedMessages;
            bar.Value = service.Tally.Messages;
        }
    }
}
