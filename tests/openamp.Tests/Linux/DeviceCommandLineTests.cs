// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>What the commands about processors and links refuse before they do anything, and their help.</summary>
public sealed class DeviceCommandLineTests
{
    public static TheoryData<string[]> WrongLines { get; } = new((string[][])
    [
        ["rpmsg", "ping"],
        ["rpmsg", "ping", "@no-number"],
        ["rpmsg", "ping", "link/"],
        ["rpmsg", "ping", new string('a', 32)],
        ["rpmsg", "ping", "x", "--size", "0"],
        ["rpmsg", "ping", "x", "--count", "-1"],
        ["rpmsg", "ping", "x", "--deadline", "-1"],
        ["rpmsg", "ping", "@0x400", "--announce"],
        ["rpmsg", "ping", "x", "--source", "4294967296"],
        ["rpmsg", "send", "x"],
        ["rpmsg", "send", "x", "hello", "--hex"],
        ["rpmsg", "send", "x", "hello", "--file", "-"],
        ["rpmsg", "listen", "x", "--as", "xml"],
        ["rpmsg", "bridge", "x"],
        ["rpmsg", "bridge", "x", "--stdio", "--pty", "/tmp/p"],
        ["rpmsg", "bridge", "x", "--tcp", "host:port"],
        ["rpmsg", "create-ept", "x"],
        ["remoteproc", "set-firmware", "x"],
        ["remoteproc", "coredump", "x", "--mode", "some"],
        ["remoteproc", "coredump", "x", "--mode", "disabled", "-o", "/tmp/core"],
    ]);

    public static TheoryData<string, string> Commands { get; } = new()
    {
        { "", "ls" }, { "", "doctor" }, { "", "udev" }, { "remoteproc", "list" }, { "remoteproc", "info" },
        { "remoteproc", "start" }, { "remoteproc", "stop" }, { "remoteproc", "attach" }, { "remoteproc", "detach" },
        { "remoteproc", "recover" }, { "remoteproc", "set-firmware" }, { "remoteproc", "trace" },
        { "remoteproc", "coredump" }, { "rpmsg", "list" }, { "rpmsg", "create-ept" }, { "rpmsg", "create-dev" },
        { "rpmsg", "destroy" }, { "rpmsg", "ping" }, { "rpmsg", "send" }, { "rpmsg", "listen" },
        { "rpmsg", "bridge" },
    };

    [Theory]
    [MemberData(nameof(WrongLines))]
    public async Task AWrongLineIsRefusedInOneLine(string[] arguments)
    {
        ToolResult refused = (await ToolProcess.RunAsync(arguments)).MustExit(2);

        Assert.Contains("--help", refused.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task HelpHasAnExampleThatNamesTheCommand(string group, string command)
    {
        string path = $"{group} {command}".TrimStart();
        ToolResult help = (await ToolProcess.RunAsync([.. path.Split(' '), "--help"])).MustExit(0);

        string text = string.Join(' ', help.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Example: ", text, StringComparison.Ordinal);
        Assert.Contains($"openamp {path}", text, StringComparison.Ordinal);
        Assert.Contains("--json", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remoteproc", "start", "m4")]
    [InlineData("remoteproc", "trace")]
    [InlineData("rpmsg", "ping", "rpmsg-raw")]
    [InlineData("rpmsg", "create-ept", "x", "--destination", "1")]
    [InlineData("rpmsg", "destroy", "/dev/rpmsg0")]
    public async Task WithNothingThereTheErrorSaysWhatToTryAlsoInJson(params string[] arguments)
    {
        using FakeKernel kernel = FakeKernel.Bare();

        ToolResult result = (await kernel.RunAsync([.. arguments, "--json"])).MustExit(1);

        Assert.Contains("openamp ", result.ErrorLine["openamp ".Length..], StringComparison.Ordinal);
        JsonElement report = result.Json();
        Assert.Equal("failed", report.GetProperty("result").GetString());
        Assert.Contains(report.GetProperty("error").GetString()!, result.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsAndExaminesAProcessorOfTheKernel()
    {
        using FakeKernel kernel = FakeKernel.Sound();

        ToolResult list = (await kernel.RunAsync("remoteproc", "list")).MustExit(0);
        Assert.Contains(
            "kernel:cm4   running   cm4.elf    enabled    disabled    /dev/remoteproc0", list.Output,
            StringComparison.Ordinal);
        JsonElement info = (await kernel.RunAsync("remoteproc", "info", "remoteproc0", "--json")).MustExit(0).Json();
        Assert.Equal("cm4", info.GetProperty("processor").GetProperty("name").GetString());
        Assert.EndsWith("/lib/firmware/cm4.elf", info.GetProperty("firmwarePath").GetString(),
            StringComparison.Ordinal);
        ToolResult trace = (await kernel.RunAsync("remoteproc", "trace", "/dev/remoteproc0", "--once")).MustExit(0);
        Assert.Contains("trace0     hello", trace.Output, StringComparison.Ordinal);
    }
}
