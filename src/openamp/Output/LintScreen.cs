// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Firmware;
using Spectre.Console;

namespace OpenAmp.Tool.Output;

/// <summary>Prints what the linter found, and its rules.</summary>
internal static class LintScreen
{
    /// <summary>Prints the findings, for people or as JSON.</summary>
    public static void Write(LintReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, FileReportJson.Default.LintReport));
            return;
        }

        string peers = report.Peers.Count == 0 ? "nobody in particular" : string.Join(", ", report.Peers);
        Screen.Line($"{SafeText.Of(report.File)}: resource table of {Quantity.Bytes((ulong)report.TableBytes)}, "
            + $"to be read by {peers}");
        if (report.Findings.Count > 0)
        {
            WriteFindings(report.Findings);
        }

        Screen.Line(report.Errors + report.Warnings + report.Notes == 0
            ? "No findings."
            : $"{Quantity.Count(report.Errors, "error", "errors")}, "
                + $"{Quantity.Count(report.Warnings, "warning", "warnings")}, "
                + $"{Quantity.Count(report.Notes, "note", "notes")}.");
    }

    /// <summary>Prints the rules, for people or as JSON.</summary>
    public static void WriteRules(string command, IReadOnlyList<ResourceTableRule> rules, bool isJson)
    {
        RuleReport[] reports =
        [
            .. rules.Select(rule => new RuleReport(
                rule.Id,
                rule.Severity.ToString().ToLowerInvariant(),
                rule.Title,
                LintOptions.NamesOf(rule.Peers))),
        ];
        if (isJson)
        {
            var report = new LintRulesReport(command, reports, new RunOutcome(RunResult.Ok).Word);
            Screen.Line(JsonSerializer.Serialize(report, FileReportJson.Default.LintRulesReport));
            return;
        }

        Table table = Screen.NewTable("Rule", "Severity", "For", "*What is wrong");
        foreach (RuleReport rule in reports)
        {
            string peers = rule.Peers.Count == 0 ? "all" : string.Join('\n', rule.Peers);
            Screen.AddRow(table, rule.Rule, rule.Severity, peers, rule.Title);
        }

        Screen.Write(table);
    }

    private static void WriteFindings(IReadOnlyList<FindingReport> findings)
    {
        bool isFile = findings.Any(finding => finding.FileOffset is not null);
        string[] titles = ["Severity", "Rule", ">In table", .. isFile ? [">In file"] : System.Array.Empty<string>(),
            "*What is wrong"];
        Table table = Screen.NewTable(titles);
        foreach (FindingReport finding in findings)
        {
            var style = new Style(finding.Severity switch
            {
                "error" => Color.Red,
                "warning" => Color.Yellow,
                _ => Color.Default,
            });
            table.AddRow(
            [
                new Text(finding.Severity, style),
                new Text(finding.Rule),
                new Text(finding.TableOffset),
                .. isFile ? [new Text(finding.FileOffset ?? "-")] : System.Array.Empty<Text>(),
                new Text(finding.Message),
            ]);
        }

        Screen.Write(table);
    }
}
