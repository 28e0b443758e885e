// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.CommandLine;
using System.Globalization;
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

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often each is measured; the median counts.",
            DefaultValueFactory = _ => 9,
        };
        var check = new Option<bool>("--check") { Description = "Exit with 1 when a target is missed." };
        var command = new Command("targets", "The ratios that must be reached, between two processes.")
        {
            rounds,
            check,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            bool reached = await RunAsync(parsed.GetValue(rounds), cancellationToken).ConfigureAwait(false);
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
            await targets.RunAsync(
                rounds,
                new Progress<int>(done => Console.Error.WriteLine($"round {done} of {rounds}")),
                cancellationToken).ConfigureAwait(false);
            AnsiConsole.Profile.Width = TableColumns;
            AnsiConsole.Write(TableOf(targets));
            bool reached = true;
            foreach (BenchTarget target in targets.All)
            {
                reached &= target.IsReached;
            }

            return reached;
        }
    }

    private static Table TableOf(BenchTargets targets)
    {
        Table table = new Table().MarkdownBorder()
            .AddColumns("measured", "against", "must be", "median ratio", "best", "worst")
            .AddColumns("median measured", "median baseline", "unit", "");
        foreach (BenchTarget target in targets.All)
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
