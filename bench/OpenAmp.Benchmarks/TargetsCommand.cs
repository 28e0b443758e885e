// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Bench;
using Spectre.Console;

namespace OpenAmp.Benchmarks;

/// <summary>Measures the ratios that docs/performance.md promises, between two processes.</summary>
internal static class TargetsCommand
{
    // Wide enough for no cell to wrap, also when the output is a file.
    private const int TableColumns = 220;

    /// <summary>Links between two processes.</summary>
    public static Command Create()
        => Create("targets", "The ratios that must be reached, between two processes.", RunAsync);

    /// <summary>A processor's life.</summary>
    public static Command CreateLife()
        => Create("life", "What loading, starting and crashing a processor costs.", RunLifeAsync);

    private static Command Create(string name, string description, Func<int, CancellationToken, Task<bool>> run)
    {
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each is measured; the median counts.",
            DefaultValueFactory = _ => 9,
        };
        var check = new Option<bool>("--check") { Description = "Exit with 1 when a target is missed." };
        var command = new Command(name, description) { rounds, check };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            bool reached = await run(parsed.GetValue(rounds), cancellationToken).ConfigureAwait(false);
            return reached || !parsed.GetValue(check) ? 0 : 1;
        });
        return command;
    }

    private static async Task<bool> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        BenchHost host = BenchHost.Start();
        await using (host.ConfigureAwait(false))
        {
            var targets = new BenchTargets(host);
            await targets.RunAsync(rounds, Progress(rounds), cancellationToken).ConfigureAwait(false);
            return Show(targets.All);
        }
    }

    private static async Task<bool> RunLifeAsync(int rounds, CancellationToken cancellationToken)
    {
        using var targets = new LifeTargets();
        await targets.RunAsync(rounds, Progress(rounds), cancellationToken).ConfigureAwait(false);
        return Show(targets.All);
    }

    private static Progress<int> Progress(int rounds)
        => new(done => Console.Error.WriteLine($"round {done} of {rounds}"));

    private static bool Show(IReadOnlyList<BenchTarget> targets)
    {
        AnsiConsole.Profile.Width = TableColumns;
        AnsiConsole.Write(TableOf(targets));
        return targets.All(target => target.IsReached);
    }

    private static Table TableOf(IReadOnlyList<BenchTarget> targets)
    {
        Table table = new Table().MarkdownBorder()
            .AddColumns("measured", "against", "must be", "median ratio", "best", "worst")
            .AddColumns("median measured", "median baseline", "unit", "");
        foreach (BenchTarget target in targets)
        {
            table.AddRow(
                target.Name,
                target.Baseline,
                target.Limit is { } limit ? $"{(target.IsUpperLimit ? "≤" : "≥")} {Text(limit, "0.##")}" : string.Empty,
                Text(target.MedianRatio, target.Format),
                Text(target.BestRatio, target.Format),
                Text(target.WorstRatio, target.Format),
                Text(target.MedianMeasured, "#,0.####"),
                Text(target.MedianBaseline, "#,0.####"),
                target.Unit,
                target.Limit is null ? string.Empty : target.IsReached ? "reached" : "MISSED");
        }

        return table;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
