// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Help, version and what the command line refuses.</summary>
public sealed class CommandLineTests
{
    private static readonly string[] LinkOptions =
        ["--role", "--socket", "--shm", "--socket-path", "--timeout", "--wait", "--json", "--verbose", "-v"];

    public static TheoryData<string> Commands { get; } =
    [
        "echo", "ping", "flood", "nocopy-echo", "nocopy-ping", "sample-echo", "sample-ping", "matrix-server",
        "matrix-client",
    ];

    public static TheoryData<string[]> WrongLines { get; } = new((string[][])
    [
        ["no-such-command"],
        ["ping", "--no-such-option"],
        ["ping", "--role", "host"],
        ["ping", "--socket", "peer"],
        ["ping", "--wait", "sleeping"],
        ["ping", "--timeout", "soon"],
        ["ping", "--timeout", "-1"],
        ["ping", "--timeout", "NaN"],
        ["ping", "--payload-header", "16"],
        ["ping", "--keep-serving"],
        ["flood", "--count", "0"],
        ["echo", "--shm", "a/b"],
        ["echo", "--shm", ".."],
        ["echo", "--shm", ""],
        ["echo", "--shm", new string('a', 256)],
        ["echo", "--socket-path", ""],
        ["echo", "--socket-path", "/tmp/" + new string('a', 103)],
        ["demo", "--count", "many"],
    ]);

    [Fact]
    public async Task AloneItPrintsItsHelp()
    {
        ToolResult alone = (await ToolProcess.RunAsync()).MustExit(0);
        ToolResult help = (await ToolProcess.RunAsync("--help")).MustExit(0);
        Assert.Equal(help.Output, alone.Output);
        Assert.Empty(alone.Error);
        Assert.Contains("demo ", alone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("demo-firmware", alone.Output, StringComparison.Ordinal);
        foreach (string command in Commands)
        {
            Assert.Contains(command, alone.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task HelpNamesEveryOptionWithItsDefaultAndAnExample(string command)
    {
        ToolResult help = (await ToolProcess.RunAsync(command, "--help")).MustExit(0);
        Assert.All(LinkOptions, option => Assert.Contains(option, help.Output, StringComparison.Ordinal));
        Assert.Contains("Example: openamp " + command, help.Output, StringComparison.Ordinal);
        Assert.Contains("[default: openamp.shm]", help.Output, StringComparison.Ordinal);
        Assert.Contains("[default: /tmp/openamp.event.0]", help.Output, StringComparison.Ordinal);
        bool asks = command is "flood" or "matrix-client" || command.EndsWith("ping", StringComparison.Ordinal);
        Assert.Contains(asks ? "[default: driver]" : "[default: device]", help.Output, StringComparison.Ordinal);
        Assert.Contains(asks ? "[default: client]" : "[default: server]", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrintsItsVersion()
    {
        ToolResult version = (await ToolProcess.RunAsync("--version")).MustExit(0);
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output);
    }

    [Theory]
    [MemberData(nameof(WrongLines))]
    public async Task AWrongLineIsRefusedInOneLine(string[] arguments)
    {
        ToolResult refused = (await ToolProcess.RunAsync(arguments)).MustExit(2);
        Assert.Contains("--help", refused.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(refused.Output);
    }
}
