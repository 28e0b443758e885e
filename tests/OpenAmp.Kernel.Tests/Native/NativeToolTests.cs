// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Tool.Tests;
using Xunit;

namespace OpenAmp.Kernel.Tests.Native;

/// <summary>The native binary does what the managed tool does.</summary>
public sealed class NativeToolTests(NativeFiles files) : IClassFixture<NativeFiles>
{
    // What the same command says differently each time.
    private static readonly string[] s_measured =
    [
        "milliseconds", "elapsedSeconds", "messagesPerSecond", "bytesPerSecond", "roundTripMicroseconds", "kicksSent",
        "kicksSuppressed", "senderWaits", "trace", "detail", "crash",
    ];

    public static TheoryData<string> SameOutputs { get; } = new(
        "",
        "--help",
        "--version",
        "demo --help",
        "demo linux --help",
        "serve --help",
        "bench --help",
        "firmware table --help",
        "boards",
        "boards --json",
        "firmware lint --rules",
        "firmware lint --rules --json",
        "firmware inspect FIRMWARE",
        "firmware inspect FIRMWARE --json",
        "firmware lint FIRMWARE",
        "firmware lint FIRMWARE --json",
        "firmware stack FIRMWARE --json",
        "firmware table build TABLE",
        "firmware table get FIRMWARE",
        "firmware inspect no-such-file",
        "firmware inspect no-such-file --json",
        "coredump inspect CORE",
        "coredump inspect CORE --json",
        "coredump inspect FIRMWARE",
        "ping --shm a/b",
        "nonsense",
        "run no-such-file",
        "run FIRMWARE --board nonsense");

    [Theory]
    [MemberData(nameof(SameOutputs))]
    public async Task SaysTheSameAsTheManagedTool(string line)
    {
        string native = NativePrograms.X64;
        string[] arguments = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(files.Named)];
        await using ToolProcess one = NativePrograms.Start([native], arguments);
        await using ToolProcess other = NativePrograms.Start(ToolProcess.Command, arguments);
        ToolResult managed = await other.EndAsync();
        ToolResult result = await one.EndAsync();

        Assert.Equal(NativePrograms.WithoutCommit(managed.Output), NativePrograms.WithoutCommit(result.Output));
        Assert.Equal(managed.Error, result.Error);
        Assert.Equal(managed.ExitCode, result.ExitCode);
    }

    [Fact]
    public async Task TheDemoRunsItsOwnBinaryAsFirmware()
    {
        string[] before = Directory.GetDirectories(Path.GetTempPath(), "openamp-firmware-*");
        await using ToolProcess one = NativePrograms.Start([NativePrograms.X64], "demo", "--json", "--count", "20");
        await using ToolProcess other = NativePrograms.Start(ToolProcess.Command, "demo", "--json", "--count", "20");
        JsonElement result = (await one.EndAsync()).MustSucceed();
        Assert.Equal(
            WithoutMeasures((await other.EndAsync()).MustSucceed()).ToJsonString(),
            WithoutMeasures(result).ToJsonString());
        Assert.Contains(
            result.GetProperty("trace").EnumerateArray(),
            line => line.GetString() == "asked to crash: these are my last words");
        Assert.Equal(before, Directory.GetDirectories(Path.GetTempPath(), "openamp-firmware-*"));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task SpeaksWithEitherKind(bool asksNative, bool answersNative)
    {
        using var names = new LinkNames();
        string[] native = [NativePrograms.X64];
        await using ToolProcess echo = NativePrograms.Start(
            answersNative ? native : ToolProcess.Command, ["echo", .. names.Arguments, "--json"]);
        await using ToolProcess ping = NativePrograms.Start(
            asksNative ? native : ToolProcess.Command, ["ping", .. names.Arguments, "--json"]);
        Assert.Equal(480, (await ping.EndAsync()).MustSucceed().GetProperty("messages").GetInt64());
        Assert.Equal(480, (await echo.EndAsync()).MustSucceed().GetProperty("messages").GetInt64());
    }

    [Fact]
    public async Task TheBenchmarkStartsItsOtherProcess()
    {
        await using ToolProcess bench = NativePrograms.Start(
            [NativePrograms.X64], "bench", "--json", "--mode", "interrupt", "--rounds", "1000", "--messages", "1000",
            "--sizes", "16");
        JsonElement report = (await bench.EndAsync()).MustExit(0).Json();
        Assert.Equal(4, report.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public void IsOneFileWithoutDebugData()
    {
        byte[] file = File.ReadAllBytes(NativePrograms.X64);
        Assert.InRange(file.Length, 1 << 20, 24 << 20);
        var elf = ElfImage.Parse(file);
        Assert.DoesNotContain(elf.Sections, section => section.Name.StartsWith(".debug", StringComparison.Ordinal));
    }

    private static JsonNode WithoutMeasures(JsonElement report)
    {
        JsonNode node = JsonNode.Parse(report.GetRawText())!;
        Strip(node);
        return node;
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (JsonNode? item in array)
            {
                Strip(item);
            }
        }
        else if (node is JsonObject values)
        {
            foreach ((string name, JsonNode? value) in values.ToArray())
            {
                if (s_measured.Contains(name))
                {
                    values.Remove(name);
                }
                else
                {
                    Strip(value);
                }
            }
        }
    }
}
