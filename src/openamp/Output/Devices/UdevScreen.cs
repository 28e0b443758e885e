// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>Prints the files that give a group access, or where they were written and what to do next.</summary>
internal static class UdevScreen
{
    /// <summary>Prints it, for people or as JSON.</summary>
    public static void Write(UdevReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, DeviceReportJson.Default.UdevReport));
            return;
        }

        for (int i = 0; i < report.Files.Count; i++)
        {
            SystemFileReport file = report.Files[i];
            if (file.IsWritten)
            {
                Screen.Line($"Wrote {SafeText.Of(file.Path)}.");
                continue;
            }

            // As it is: a copy of it, or a pipe, is the file.
            Console.Out.Write((i == 0 ? "" : "\n") + file.Text);
        }

        WriteNext(report);
    }

    private static void WriteNext(UdevReport report)
    {
        if (report.Next.Count == 0)
        {
            return;
        }

        Screen.Line("Next, as root; USER is who gets access, and logs in again afterwards:");
        foreach (string command in report.Next)
        {
            Screen.Line("  " + command);
        }

        Screen.Line("Then: openamp doctor");
    }
}
