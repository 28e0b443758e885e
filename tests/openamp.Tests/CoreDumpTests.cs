// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>A dump and the firmware together tell where a processor was, what it said last and what was overwritten.
/// </summary>
public sealed class CoreDumpTests
{
    [Fact]
    public async Task MemoryIsNamedByTheFirmware()
    {
        JsonElement report = await InspectAsync(FirmwareSamples.Core());
        JsonElement[] segments = [.. report.GetProperty("segments").EnumerateArray()];
        Assert.Equal(
            ["0x10000000", "0x20000000", "0x30000000"],
            segments.Select(segment => segment.GetProperty("address").GetString()!));
        Assert.Equal([false, false, true], segments.Select(segment => segment.GetProperty("isZero").GetBoolean()));
        Assert.Equal(
            ["segment 1 (RW-)", "trace 'trace0'"],
            segments[1].GetProperty("uses").EnumerateArray().Select(use => use.GetString()!));
        Assert.Equal(
            "01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10", segments[0].GetProperty("firstBytes").GetString());
        Assert.Equal("dump", report.GetProperty("tableFrom").GetString());
    }

    [Fact]
    public async Task RegistersLeadToFunctionsAndTheStackToCallers()
    {
        JsonElement report = await InspectAsync(FirmwareSamples.Core());
        JsonElement thread = Assert.Single(report.GetProperty("threads").EnumerateArray());
        Assert.Equal(11, thread.GetProperty("signal").GetInt32());
        Assert.Equal("work+0x4", thread.GetProperty("programCounterSymbol").GetString());
        Assert.Equal("reset+0xa", thread.GetProperty("returnSymbol").GetString());
        Assert.Equal("0x20000200", Register(thread, "sp"));
        JsonElement caller = Assert.Single(thread.GetProperty("returnAddresses").EnumerateArray());
        Assert.Equal("0x20000204", caller.GetProperty("stackAddress").GetString());
        Assert.Equal("reset+0xa", caller.GetProperty("symbol").GetString());
    }

    [Fact]
    public async Task RegistersMayBeGivenWhereTheDumpHasNone()
    {
        byte[] core = FirmwareSamples.Core(withRegisters: false);
        JsonElement report = await InspectAsync(core, "--register", "pc=0x10000024", "--register", "sp=0x20000200");
        JsonElement thread = Assert.Single(report.GetProperty("threads").EnumerateArray());
        Assert.Equal("work+0x4", thread.GetProperty("programCounterSymbol").GetString());
        Assert.Equal(1, thread.GetProperty("returnAddresses").GetArrayLength());
    }

    [Fact]
    public async Task TheLastWordsAreReadFromTheTraceBuffer()
    {
        JsonElement report = await InspectAsync(FirmwareSamples.Core());
        JsonElement trace = Assert.Single(report.GetProperty("traces").EnumerateArray());
        Assert.Equal(
            ["booted", "all is lost"], trace.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!));
        Assert.False(trace.GetProperty("isFull").GetBoolean());
    }

    [Fact]
    public async Task OverwrittenCodeIsCountedAndTheFirstPlaceNamed()
    {
        JsonElement clean = await InspectAsync(FirmwareSamples.Core());
        Assert.Equal(0, Changed(clean).GetProperty("changedBytes").GetInt32());
        JsonElement report = await InspectAsync(FirmwareSamples.Core((text, _) =>
        {
            text[0x22] ^= 1;
            text[0x30] ^= 1;
        }));
        Assert.Equal(2, Changed(report).GetProperty("changedBytes").GetInt32());
        Assert.Equal("0x10000022", Changed(report).GetProperty("firstChange").GetString());
        Assert.Equal("work+0x2", Changed(report).GetProperty("firstChangeSymbol").GetString());
    }

    [Fact]
    public async Task WhatTheHostWritesIntoAReadOnlyTableIsNoDamage()
    {
        byte[] elf = FirmwareSamples.Elf();
        elf[FirmwareSamples.DataFlagsOffset] = 4;
        byte[] anywhereAndAlignment = [0xff, 0xff, 0xff, 0xff, 0x00, 0x10, 0, 0];
        int ringAddress = FirmwareSamples.Table().AsSpan().IndexOf(anywhereAndAlignment);
        byte[] core = FirmwareSamples.Core((_, data) => "\0\x08\0\x20"u8.CopyTo(data.AsSpan(ringAddress)));
        JsonElement report = await InspectAsync(core, elf);
        JsonElement[] segments = [.. report.GetProperty("readOnlySegments").EnumerateArray()];
        Assert.Equal([0, 1], segments.Select(segment => segment.GetProperty("changedBytes").GetInt32()));
        Assert.Equal("error_count", segments[1].GetProperty("firstChangeSymbol").GetString());
        Assert.Contains(
            "vdev 0 vring 0",
            report.GetProperty("segments")[1].GetProperty("uses").EnumerateArray().Select(use => use.GetString()));
    }

    [Fact]
    public async Task ADumpOfAProcessIsReadByVirtualAddresses()
    {
        byte[] core = FirmwareSamples.Core(withRegisters: false);
        for (int segment = 0; segment < 3; segment++)
        {
            core.AsSpan(52 + (segment * 32) + 12, 4).Clear();
        }

        JsonElement report = await InspectAsync(core);
        Assert.Equal("0x10000000", report.GetProperty("segments")[0].GetProperty("address").GetString());
        Assert.Equal(64, Changed(report).GetProperty("comparedBytes").GetInt32());
    }

    [Fact]
    public async Task AVariableIsReadByItsName()
    {
        using var folder = new FileFolder();
        string core = folder.Write("a.core", FirmwareSamples.Core());
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        string[] line = ["coredump", "inspect", core, "--firmware", elf];
        ToolResult shown = (await ToolProcess.RunAsync([.. line, "--symbol", "error_count"])).MustExit(0);
        Assert.Equal("error_count at 0x20000100, 4 B = 0x4d (77)", shown.Output.Trim());
        ToolResult bytes = (await ToolProcess.RunAsync([.. line, "--memory", "0x20001000:8"])).MustExit(0);
        Assert.Contains("62 6f 6f 74 65 64 0a 61", bytes.Output, StringComparison.Ordinal);
        Assert.Contains("booted.a", bytes.Output, StringComparison.Ordinal);
        ToolResult unknown = (await ToolProcess.RunAsync([.. line, "--symbol", "horse"])).MustExit(1);
        Assert.Contains("no symbol 'horse'", unknown.ErrorLine, StringComparison.Ordinal);
        ToolResult outside = (await ToolProcess.RunAsync([.. line, "--memory", "0x20001ffc:8"])).MustExit(0);
        Assert.Contains("4 B from 0x20002000 on are not in the dump", outside.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PeopleReadItWithoutTheFirmwareToo()
    {
        using var folder = new FileFolder();
        string core = folder.Write("a.core", FirmwareSamples.Core());
        ToolResult shown = (await ToolProcess.RunAsync("coredump", "inspect", core)).MustExit(0);
        Assert.Contains("all zero", shown.Output, StringComparison.Ordinal);
        Assert.Contains("With --firmware", shown.Output, StringComparison.Ordinal);
        Assert.Empty(shown.Error);
    }

    [Fact]
    public async Task FirmwareIsNoCoreDump()
    {
        using var folder = new FileFolder();
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        ToolResult refused = (await ToolProcess.RunAsync("coredump", "inspect", elf)).MustExit(1);
        Assert.Contains("offset 0x10", refused.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("firmware inspect", refused.ErrorLine, StringComparison.Ordinal);
    }

    private static Task<JsonElement> InspectAsync(byte[] core, params string[] options)
        => InspectAsync(core, FirmwareSamples.Elf(), options);

    private static async Task<JsonElement> InspectAsync(byte[] core, byte[] firmware, params string[] options)
    {
        using var folder = new FileFolder();
        string file = folder.Write("a.core", core);
        string elf = folder.Write("fw.elf", firmware);
        ToolResult result = await ToolProcess.RunAsync(
            ["coredump", "inspect", file, "--firmware", elf, "--json", .. options]);
        JsonElement report = result.MustExit(0).Json();
        Assert.Equal("ok", report.GetProperty("result").GetString());
        return report;
    }

    private static JsonElement Changed(JsonElement report)
        => Assert.Single(report.GetProperty("readOnlySegments").EnumerateArray());

    private static string Register(JsonElement thread, string name)
        => thread.GetProperty("registers").EnumerateArray()
            .Single(register => register.GetProperty("name").GetString() == name).GetProperty("value").GetString()!;
}
