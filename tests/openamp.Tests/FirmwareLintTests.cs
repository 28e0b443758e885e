// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>The linter says what is wrong, where, and with its exit code whether it matters.</summary>
public sealed class FirmwareLintTests
{
    [Theory]
    [InlineData("fw.elf")]
    [InlineData("t.bin")]
    [InlineData("t.json")]
    public async Task SoundTablesPass(string name)
    {
        using var folder = new FileFolder();
        string file = name switch
        {
            "fw.elf" => folder.Write(name, FirmwareSamples.Elf()),
            "t.bin" => folder.Write(name, FirmwareSamples.Table()),
            _ => folder.Write(name, FirmwareSamples.TableJson),
        };
        (await ToolProcess.RunAsync("firmware", "lint", file, "--json")).MustSucceed();
    }

    [Fact]
    public async Task AFindingTellsItsPlaceInTableAndFile()
    {
        using var folder = new FileFolder();
        byte[] elf = FirmwareSamples.Elf();
        int at = FindVringSize(elf);
        elf[at] = 15;
        JsonElement report = (await ToolProcess.RunAsync(
            "firmware", "lint", folder.Write("fw.elf", elf), "--json")).MustExit(1).Json();
        JsonElement finding = report.GetProperty("findings").EnumerateArray()
            .Single(found => found.GetProperty("rule").GetString() == "RSC012");
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.Equal(Hex(at), finding.GetProperty("fileOffset").GetString());
        Assert.Equal(Hex(at - FirmwareSamples.DataOffset), finding.GetProperty("tableOffset").GetString());
        Assert.Equal("failed", report.GetProperty("result").GetString());
    }

    [Fact]
    public async Task WarningsFailOnlyTheStrict()
    {
        using var folder = new FileFolder();
        string file = folder.Write("t.json", FirmwareSamples.TableJson);
        string[] line = ["firmware", "lint", file, "--peers", "open-amp"];
        ToolResult relaxed = (await ToolProcess.RunAsync(line)).MustExit(0);
        Assert.Contains("RSC048", relaxed.Output, StringComparison.Ordinal);
        (await ToolProcess.RunAsync([.. line, "--strict"])).MustExit(1);
    }

    [Fact]
    public async Task MemoryThatTheProcessorDoesNotHaveIsFound()
    {
        using var folder = new FileFolder();
        string file = folder.Write("fw.elf", FirmwareSamples.Elf());
        string[] line = ["firmware", "lint", file, "--memory", "tcm=0x10000000:64K", "--memory"];
        (await ToolProcess.RunAsync([.. line, "ram=0x20000000:64K"])).MustExit(0);
        ToolResult missing = (await ToolProcess.RunAsync([.. line, "ram=0x20000000:4K"])).MustExit(1);
        Assert.Contains("RSC042", missing.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllRulesAreListed()
    {
        ToolResult shown = (await ToolProcess.RunAsync("firmware", "lint", "--rules")).MustExit(0);
        Assert.All(ResourceTableRule.All, rule => Assert.Contains(rule.Id, shown.Output, StringComparison.Ordinal));
        JsonElement report = (await ToolProcess.RunAsync("firmware", "lint", "--rules", "--json")).MustExit(0).Json();
        Assert.Equal(ResourceTableRule.All.Count, report.GetProperty("rules").GetArrayLength());
    }

    // The size of the first vring is 16, behind its alignment of 4096.
    private static int FindVringSize(byte[] elf)
        => elf.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x00, 0x10, 0, 0, 0x10, 0, 0, 0]) + sizeof(uint);

    private static string Hex(int value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
