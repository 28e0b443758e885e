// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Tool.Services;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>A bar a step that moves while the messages flow.</summary>
internal sealed class TerminalScreen(IAnsiConsole console) : IDemoScreen
{
    private const int NameColumns = 16;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(50);

    public void Begin(LinkSettings settings, int remoteProcessId)
        => console.WriteLine(DemoTitle.Of(settings, remoteProcessId));

    public Task ShowAsync(string step, ServiceSession session)
        => console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
                new PercentageColumn())
            .StartAsync(async progress =>
            {
                ProgressTask bar = progress.AddTask(step.PadRight(NameColumns));
                while (await Task.WhenAny(session.Ended, Task.Delay(RefreshInterval)).ConfigureAwait(false)
                    != session.Ended)
                {
                    Update(bar, session);
                }

                Update(bar, session);
            });

    private static void Update(ProgressTask bar, ServiceSession session)
    {
        if (session.Service is { ExpectedMessages: > 0 } service)
        {
            bar.MaxValue = service.ExpectedMessages;
            bar.Value = service.Tally.Messages;
        }
    }
}
