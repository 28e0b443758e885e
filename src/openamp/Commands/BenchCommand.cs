// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Bench;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands;

/// <summary>The command <c>bench</c>.</summary>
internal sealed class BenchCommand : Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Option<int[]> _sizes = new("--sizes")
    {
        Description = "Payload sizes in bytes, 1 to 496.",
        HelpName = "BYTES,...",
        DefaultValueFactory = _ => [16, 64, 256, 496],
        CustomParser = ReadSizes,
    };

    private readonly Option<string> _mode = new("--mode")
    {
        Description = "How the links wait: poll, adaptive, interrupt, or all of them.",
        DefaultValueFactory = _ => "all",
    };

    private readonly Option<int> _rounds = Positive(
        "--rounds", "Round trips of each size; a tenth where links block.", 50_000);

    private readonly Option<int> _messages = Positive("--messages", "Messages one way of each size.", 500_000);

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one JSON object." };

    public BenchCommand()
        : base(
            "bench",
            "Measures round trips and throughput of links between two processes, and beside them what the machine "
            + "itself can do between the same two. Example: openamp bench --mode poll --sizes 64,496")
    {
        _mode.AcceptOnlyFromAmong("poll", "adaptive", "interrupt", "all");
        Options.Add(_sizes);
        Options.Add(_mode);
        Options.Add(_rounds);
        Options.Add(_messages);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    private static Option<int> Positive(string name, string description, int normal)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => normal };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1000)
            {
                int value = result.GetValueOrDefault<int>();
                result.AddError($"{name} takes at least 1000, or the figures mean nothing; it was {value}.");
            }
        });
        return option;
    }

    private static int[] ReadSizes(ArgumentResult result)
    {
        var sizes = new List<int>();
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (int.TryParse(part, out int size) && size is >= 1 and <= 496)
            {
                sizes.Add(size);
            }
            else
            {
                result.AddError($"--sizes takes numbers from 1 to 496 with commas between, not '{part}'.");
            }
        }

        return [.. sizes];
    }

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        bool isJson = line.GetValue(_json);
        BenchPlan plan = PlanOf(line);
        var rows = new List<BenchRow>();
        var run = new LimitedRun(Name, isVerbose: false) { Limit = Limit, WaitingFor = () => $"row {rows.Count + 1}" };
        long start = Stopwatch.GetTimestamp();
        RunOutcome outcome = await run.RunAsync(
            async token =>
            {
                BenchHost host = BenchHost.Start();
                await using (host.ConfigureAwait(false))
                {
                    await plan.RunAsync(host, row => Show(row, rows, plan, isJson), token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        BenchTable.Write(ReportOf(rows, outcome, Stopwatch.GetElapsedTime(start)), rows, isJson);
        return (int)outcome.Result;
    }

    private BenchPlan PlanOf(ParseResult line)
    {
        WaitMode[] modes = line.GetRequiredValue(_mode) switch
        {
            "poll" => [WaitMode.PollOnly],
            "adaptive" => [WaitMode.Adaptive],
            "interrupt" => [WaitMode.InterruptOnly],
            _ => [WaitMode.PollOnly, WaitMode.Adaptive, WaitMode.InterruptOnly],
        };
        return new BenchPlan(modes, line.GetRequiredValue(_sizes), line.GetValue(_rounds), line.GetValue(_messages));
    }

    private static void Show(BenchRow row, List<BenchRow> rows, BenchPlan plan, bool isJson)
    {
        rows.Add(row);
        if (!isJson)
        {
            string size = row.SizeBytes is { } bytes ? $", {bytes} bytes" : string.Empty;
            Console.Error.WriteLine($"{rows.Count} of {plan.RowCount}: {row.Name}{size}");
        }
    }

    private BenchReport ReportOf(List<BenchRow> rows, RunOutcome outcome, TimeSpan elapsed) => new()
    {
        Command = Name,
        Processors = Environment.ProcessorCount,
        Runtime = RuntimeInformation.FrameworkDescription,
        Rows = [.. rows.Select(BenchRowReport.From)],
        ElapsedSeconds = Math.Round(elapsed.TotalSeconds, 3),
        Result = outcome.Word,
        Error = outcome.Error,
    };
}
