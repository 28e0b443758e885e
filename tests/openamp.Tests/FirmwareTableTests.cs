// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Tables go in and out of files, byte for byte, and no file is lost on the way.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FirmwareTableTests
{
    private const UnixFileMode Program = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public async Task ATableGoesThroughJsonUnchanged()
    {
        using var folder = new FileFolder();
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        ToolResult printed = (await ToolProcess.RunAsync("firmware", "table", elf)).MustExit(0);
        string json = folder.Write("t.json", printed.Output);
        (await ToolProcess.RunAsync("firmware", "table", "build", json, "-o", folder.At("t.bin"))).MustExit(0);
        (await ToolProcess.RunAsync("firmware", "table", "get", elf, "-o", folder.At("got.bin"))).MustExit(0);
        Assert.Equal(FirmwareSamples.Table(), folder.Read("t.bin"));
        Assert.Equal(FirmwareSamples.Table(), folder.Read("got.bin"));
        Assert.Equal(["fw.elf", "got.bin", "t.bin", "t.json"], folder.Names);
    }

    [Fact]
    public async Task SettingTheSameTableChangesNothing()
    {
        using var folder = new FileFolder();
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        File.SetUnixFileMode(elf, Program);
        string json = folder.Write("t.json", FirmwareSamples.TableJson);
        ToolResult set = (await ToolProcess.RunAsync(
            "firmware", "table", "set", elf, json, "-o", folder.At("new.elf"))).MustExit(0);
        Assert.Contains("in place", set.Output, StringComparison.Ordinal);
        Assert.Empty(set.Error);
        Assert.Equal(FirmwareSamples.Elf(), folder.Read("new.elf"));
        Assert.True(File.GetUnixFileMode(folder.At("new.elf")).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task ATableThatDoesNotFitIsMovedAndSaidSo()
    {
        using var folder = new FileFolder();
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        string json = folder.Write(
            "t.json",
            FirmwareSamples.TableJson.Replace(
                "\"entries\": [",
                """
                "entries": [ { "kind": "carveout", "name": "a", "lengthBytes": "0x1000" },
                """,
                StringComparison.Ordinal));
        ToolResult set = (await ToolProcess.RunAsync(
            "firmware", "table", "set", elf, json, "-o", folder.At("new.elf"))).MustExit(0);
        Assert.Contains("no segment loads the table", set.Error, StringComparison.Ordinal);
        JsonElement report = (await ToolProcess.RunAsync(
            "firmware", "inspect", folder.At("new.elf"), "--json")).MustExit(0).Json();
        JsonElement table = report.GetProperty("images")[0].GetProperty("resourceTable");
        Assert.Equal(3, table.GetProperty("entries").GetArrayLength());
        Assert.False(table.TryGetProperty("address", out _));
    }

    [Fact]
    public async Task AFileIsOverwrittenOnlyByForce()
    {
        using var folder = new FileFolder();
        string json = folder.Write("t.json", FirmwareSamples.TableJson);
        string taken = folder.Write("t.bin", "precious");
        string[] line = ["firmware", "table", "build", json, "-o", taken];
        ToolResult refused = (await ToolProcess.RunAsync(line)).MustExit(1);
        Assert.Contains("--force", refused.ErrorLine, StringComparison.Ordinal);
        Assert.Equal("precious"u8, folder.Read("t.bin"));
        (await ToolProcess.RunAsync([.. line, "--force"])).MustExit(0);
        Assert.Equal(FirmwareSamples.Table(), folder.Read("t.bin"));
        Assert.Equal(["t.bin", "t.json"], folder.Names);
    }

    [Fact]
    public async Task AWrongDocumentIsRefusedByLineAndNothingIsWritten()
    {
        using var folder = new FileFolder();
        string json = folder.Write("t.json", "{\n  \"version\": 1,\n  \"entries\": [ { \"kind\": \"horse\" } ]\n}");
        ToolResult refused = (await ToolProcess.RunAsync(
            "firmware", "table", "build", json, "-o", folder.At("t.bin"), "--json")).MustExit(1);
        Assert.Contains("line 3", refused.ErrorLine, StringComparison.Ordinal);
        Assert.Equal("failed", refused.Json().GetProperty("result").GetString());
        Assert.Equal(["t.json"], folder.Names);
        folder.Write("t.json", "{ \"version\": 1, \"entries\": [ { \"name\": \"a\" } ] }");
        ToolResult nameless = (await ToolProcess.RunAsync("firmware", "lint", json)).MustExit(1);
        Assert.Contains("$.entries[0]: expected a \"kind\"", nameless.ErrorLine, StringComparison.Ordinal);
    }
}
