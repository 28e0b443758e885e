// SPDX-License-Identifier: BSD-3-Clause

using System.Text.Json;

namespace OpenAmp.Tool.Output;

/// <summary>A file that a command wrote.</summary>
internal sealed record WrittenReport(string Command, string Output, long OutputBytes, string Content, string Result)
{
    /// <summary>Prints what was written, for people or as JSON.</summary>
    public static void Write(string command, string path, long lengthBytes, string content, bool isJson)
    {
        var report = new WrittenReport(command, path, lengthBytes, content, new RunOutcome(RunResult.Ok).Word);
        Screen.Line(isJson
            ? JsonSerializer.Serialize(report, FileReportJson.Default.WrittenReport)
            : $"{SafeText.Of(path)}: {content}, {Quantity.Bytes((ulong)lengthBytes)}");
    }
}
