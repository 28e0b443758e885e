// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>Prints how a processor's dumps are set, and the one that was fetched.</summary>
internal static class DumpScreen
{
    /// <summary>Prints it, for people or as JSON.</summary>
    public static void Write(DumpReport report, bool isJson)
    {
        if (isJson)
        {
            Screen.Line(JsonSerializer.Serialize(report, DeviceReportJson.Default.DumpReport));
            return;
        }

        if (report.Output is { } file)
        {
            Screen.Line($"{SafeText.Of(file)}: core dump of {report.Processor}, "
                + Quantity.Bytes((ulong)(report.OutputBytes ?? 0)));
            Screen.Line($"Look into it: openamp coredump inspect {SafeText.Of(file)}");
            return;
        }

        Screen.Line($"{report.Processor}: core dumps are {report.Mode ?? "not offered by this kernel"}");
        Screen.Line(report.Waiting is { } waiting
            ? $"A dump waits in {waiting}: give -o FILE to fetch it."
            : "No dump waits to be read.");
    }
}
