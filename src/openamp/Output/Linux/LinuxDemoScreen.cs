// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Spectre.Console;

namespace OpenAmp.Tool.Output.Linux;

/// <summary>Shows the demo with a Linux kernel: what is under way on a terminal, a line a step in a file, and in the
/// end what was seen.</summary>
internal sealed class LinuxDemoScreen(bool isJson)
{
    private const int FirstLines = 3;
    private const int LastLines = 3;

    /// <summary>Shows how far a run is until it has ended.</summary>
    /// <param name="run">The run; it tells of each step twice.</param>
    public Task ShowAsync(Func<Action<string, LinuxDemoStepReport?>, Task> run)
    {
        if (isJson)
        {
            return run(static (_, _) => { });
        }

        return System.Console.IsOutputRedirected || !ReportWriter.Console.Profile.Capabilities.Ansi
            ? run(static (step, report) => TellEnd(step, report))
            : ReportWriter.Console.Status().StartAsync("starting a Linux kernel", status => run((step, report) =>
                status.Status(Markup.Escape(report is null ? step : step + ": shown"))));
    }

    /// <summary>Prints the report.</summary>
    public static void Write(LinuxDemoReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, ReportJson.Default.LinuxDemoReport));
            return;
        }

        if (report.Steps.Count == 0)
        {
            return; // It did not come that far, and the error has been said.
        }

        Table table = Screen.NewTable("Demonstration", ">Messages", ">ms", "*What devices answered");
        foreach (LinuxDemoStepReport step in report.Steps)
        {
            Screen.AddRow(
                table,
                step.Step,
                step.Messages.ToString(CultureInfo.InvariantCulture),
                step.Milliseconds.ToString("N1", CultureInfo.InvariantCulture),
                step.Answers.Count > 0 ? string.Join('\n', step.Answers) : "see the kernel's log");
        }

        Screen.Write(table);
        foreach (LinuxDemoStepReport step in report.Steps.Where(step => step.KernelLines.Count > 0))
        {
            Screen.Heading($"The kernel's log of '{step.Step}'");
            foreach (string line in Shortened(step.KernelLines))
            {
                Screen.Line("  " + SafeText.Of(line));
            }
        }

        if (report.Result == "ok")
        {
            string what = $"{report.Messages} messages with Linux {report.Kernel}, none lost or changed";
            ReportWriter.Console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"[green]All right[/]: {what}; in {report.ElapsedSeconds:0.0} s.");
            ReportWriter.Console.MarkupLine("Next: [bold]openamp serve[/] offers the same services to a kernel that "
                + "you start; [bold]docs/services.md[/] has both sides.");
        }
    }

    private static void TellEnd(string step, LinuxDemoStepReport? report)
    {
        if (report is not null)
        {
            Screen.Line($"{step}: {Quantity.Count(report.Messages, "message", "messages")}");
        }
    }

    private static IEnumerable<string> Shortened(IReadOnlyList<string> lines)
        => lines.Count <= FirstLines + LastLines + 1 ? lines :
        [
            .. lines.Take(FirstLines),
            $"... ({lines.Count - FirstLines - LastLines} lines)",
            .. lines.TakeLast(LastLines),
        ];
}
