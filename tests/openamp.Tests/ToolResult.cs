// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>How a run of the tool ended, and what it wrote.</summary>
internal sealed record ToolResult(string CommandLine, int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    /// <summary>What it wrote to standard error, which must be one line and no stack trace.</summary>
    public string ErrorLine
    {
        get
        {
            string line = Assert.Single(Error.TrimEnd().Split('\n'));
            Assert.StartsWith("openamp", line, StringComparison.Ordinal);
            return line;
        }
    }

    /// <summary>What it wrote to standard output, which must be one JSON object.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Asserts how it ended.</summary>
    public ToolResult MustExit(int code)
    {
        Assert.True(ExitCode == code, ToString());
        return this;
    }

    /// <summary>Asserts that it ended well, with a report that says so.</summary>
    public JsonElement MustSucceed()
    {
        MustExit(0);
        JsonElement report = Json();
        Assert.Equal("ok", report.GetProperty("result").GetString());
        Assert.Equal(0, report.GetProperty("errors").GetInt64());
        return report;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"\n$ {CommandLine}\nexit code {ExitCode} after {Elapsed.TotalSeconds:0.00} s\n{Output}\n{Error}");
}
