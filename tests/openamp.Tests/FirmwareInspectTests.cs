// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Firmware is shown as it is, whatever it is.</summary>
public sealed class FirmwareInspectTests
{
    private static readonly string[] Commands =
    [
        "firmware inspect", "firmware lint", "firmware table", "firmware table get", "firmware table build",
        "firmware table set", "firmware sign", "firmware verify", "coredump inspect",
    ];

    [Fact]
    public async Task AnElfFileIsShownWithItsTable()
    {
        using var folder = new FileFolder();
        string file = folder.Write("fw.elf", FirmwareSamples.Elf());
        JsonElement report = (await ToolProcess.RunAsync("firmware", "inspect", file, "--json")).MustExit(0).Json();
        Assert.Equal("ok", report.GetProperty("result").GetString());
        JsonElement elf = Assert.Single(report.GetProperty("images").EnumerateArray());
        Assert.Equal("Arm", elf.GetProperty("machine").GetString());
        Assert.Equal("ELF32", elf.GetProperty("class").GetString());
        Assert.Equal("0x10000001", elf.GetProperty("entryPoint").GetString());
        Assert.Equal("reset", elf.GetProperty("entrySymbol").GetString());
        Assert.Equal(
            ["0x10000000 R-X", "0x20000000 RW-"],
            elf.GetProperty("segments").EnumerateArray().Select(segment
                => $"{segment.GetProperty("address").GetString()} {segment.GetProperty("flags").GetString()}"));
        JsonElement table = elf.GetProperty("resourceTable");
        Assert.Equal("section", table.GetProperty("foundBy").GetString());
        Assert.Equal("0x200", table.GetProperty("offset").GetString());
        Assert.Equal("0x20000000", table.GetProperty("address").GetString());
        Assert.Equal(1, table.GetProperty("segment").GetInt32());
        Assert.Equal(
            ["trace", "vdev"],
            table.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()!));
    }

    [Fact]
    public async Task PeopleReadTablesOfAtMost80Columns()
    {
        using var folder = new FileFolder();
        string file = folder.Write("fw.elf", FirmwareSamples.Elf());
        ToolResult shown = (await ToolProcess.RunAsync("firmware", "inspect", file, "--sections", "--symbols"))
            .MustExit(0);
        Assert.Contains("0: trace 'trace0': 64 B at 0x20001000, plain text", shown.Output, StringComparison.Ordinal);
        Assert.Contains("features 0 (name service)", shown.Output, StringComparison.Ordinal);
        Assert.Contains("error_count", shown.Output, StringComparison.Ordinal);
        Assert.Contains(".resource_table", shown.Output, StringComparison.Ordinal);
        Assert.All(shown.Output.Split('\n').Skip(1), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.Empty(shown.Error);
    }

    [Fact]
    public async Task AFileOfTheCompilerIsShownAndItsTableChanged()
    {
        using var folder = new FileFolder();
        if (!File.Exists("/usr/bin/gcc"))
        {
            Assert.Skip("needs the C compiler /usr/bin/gcc");
        }

        string source = folder.Write(
            "fw.c",
            """
            __attribute__((section(".resource_table"), used)) unsigned table[64] = { 1 };
            void _start(void) { for (;;); }
            """);
        string elf = folder.At("fw.elf");
        await using (ToolProcess compiler = ToolProcess.StartAny(
            ["/usr/bin/gcc", "-nostdlib", "-static", "-no-pie", "-o", elf, source]))
        {
            (await compiler.EndAsync()).MustExit(0);
        }

        string json = folder.Write("t.json", FirmwareSamples.TableJson);
        (await ToolProcess.RunAsync("firmware", "table", "set", elf, json, "-o", folder.At("new.elf"))).MustExit(0);
        JsonElement report = (await ToolProcess.RunAsync("firmware", "inspect", folder.At("new.elf"), "--json"))
            .MustExit(0).Json();
        JsonElement image = report.GetProperty("images")[0];
        Assert.Equal("_start", image.GetProperty("entrySymbol").GetString());
        Assert.Equal(2, image.GetProperty("resourceTable").GetProperty("entries").GetArrayLength());
        Assert.True(image.GetProperty("resourceTable").TryGetProperty("address", out _));
    }

    [Theory]
    [InlineData("t.bin")]
    [InlineData("t.json")]
    public async Task ATableAloneIsShownToo(string name)
    {
        using var folder = new FileFolder();
        string file = name == "t.bin"
            ? folder.Write(name, FirmwareSamples.Table()) : folder.Write(name, FirmwareSamples.TableJson);
        JsonElement report = (await ToolProcess.RunAsync("firmware", "inspect", file, "--json")).MustExit(0).Json();
        Assert.Equal(2, report.GetProperty("resourceTable").GetProperty("entries").GetArrayLength());
    }

    [Fact]
    public async Task ADamagedTableDoesNotHideTheRest()
    {
        using var folder = new FileFolder();
        byte[] elf = FirmwareSamples.Elf();
        elf[FirmwareSamples.DataOffset + 4] = 200;
        ToolResult shown = (await ToolProcess.RunAsync("firmware", "inspect", folder.Write("fw.elf", elf))).MustExit(1);
        Assert.Contains("0x10000000", shown.Output, StringComparison.Ordinal);
        Assert.Contains("RSC00", shown.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("offset 0x", shown.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCommandHasHelpWithAnExample()
    {
        foreach (string command in Commands)
        {
            ToolResult help = (await ToolProcess.RunAsync([.. command.Split(' '), "--help"])).MustExit(0);
            Assert.Contains($"Example: openamp {command}", help.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("openamp firmware inspect:", "firmware", "inspect")]
    [InlineData("openamp firmware table:", "firmware", "table")]
    [InlineData("openamp firmware lint:", "firmware", "lint")]
    [InlineData("openamp firmware lint: --peers", "firmware", "lint", "x", "--peers", "windows")]
    [InlineData("openamp firmware lint: --memory", "firmware", "lint", "x", "--memory", "ddr=here")]
    [InlineData("openamp firmware sign: --platform-tlv", "firmware", "sign", "x", "--key", "k", "-o", "y",
        "--platform-tlv", "7=7")]
    [InlineData("openamp coredump inspect: --symbol", "coredump", "inspect", "x", "--symbol", "y")]
    [InlineData("openamp coredump inspect: --memory", "coredump", "inspect", "x", "--memory", "0x0:4G")]
    [InlineData("openamp coredump inspect: --register", "coredump", "inspect", "x", "--register", "pc")]
    public async Task AWrongLineIsRefusedUnderTheCommandsFullName(string start, params string[] arguments)
    {
        ToolResult refused = (await ToolProcess.RunAsync(arguments)).MustExit(2);
        Assert.StartsWith(start, refused.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("--help", refused.ErrorLine, StringComparison.Ordinal);
    }
}
