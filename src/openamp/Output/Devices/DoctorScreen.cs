// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Text.Json;
using Spectre.Console;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>Prints what the doctor found: a line a stage, and for each failure what to do.</summary>
internal static class DoctorScreen
{
    /// <summary>Prints it, for people or as JSON.</summary>
    public static void Write(DoctorReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, DeviceReportJson.Default.DoctorReport));
            return;
        }

        foreach (PatientReport patient in report.Targets)
        {
            Screen.Heading(SafeText.Of(
                patient.Kind == "machine" ? patient.Target : $"{patient.Kind} {patient.Target}"));
            Table table = Screen.NewTable("Stage", "Status", "*Found, and what to do");
            foreach (StageReport stage in patient.Stages)
            {
                string text = stage.Fix is null ? stage.Found : $"{stage.Found}\nTry: {stage.Fix}";
                table.AddRow(new Text(stage.Stage), new Text(stage.Status, StyleOf(stage.Status)), new Text(text));
            }

            Screen.Write(table);
        }

        WriteSummary(report);
    }

    private static void WriteSummary(DoctorReport report)
    {
        PatientReport[] failing = [.. report.Targets.Where(patient => patient.FirstFailure is not null)];
        foreach (PatientReport patient in failing)
        {
            StageReport stage = patient.Stages.First(stage => stage.Stage == patient.FirstFailure);
            Screen.Line(SafeText.Of($"{patient.Target} fails at {stage.Stage}: {stage.Found}"));
        }

        if (failing.Length == 0)
        {
            int warnings = report.Targets.Sum(patient => patient.Stages.Count(stage => stage.Status == "warning"));
            Screen.Line(warnings == 0
                ? "All right."
                : $"It works, with {Quantity.Count(warnings, "warning", "warnings")}.");
        }
    }

    private static Style StyleOf(string status) => new(status switch
    {
        "ok" => Color.Green,
        "failed" => Color.Red,
        "warning" => Color.Yellow,
        _ => Color.Default,
    });
}
