// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Tool.Tests;
using Xunit;

namespace OpenAmp.Kernel.Tests.Native;

/// <summary>The native binary for arm64, on an emulated processor and this machine's kernel: what needs no kernel
/// support of its own says the same as the managed tool here.</summary>
public sealed class Arm64ToolTests(NativeFiles files) : IClassFixture<NativeFiles>
{
    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("boards --json")]
    [InlineData("firmware inspect FIRMWARE")]
    [InlineData("firmware inspect FIRMWARE --json")]
    [InlineData("firmware lint FIRMWARE --json")]
    [InlineData("coredump inspect CORE --json")]
    [InlineData("nonsense")]
    public async Task SaysTheSameAsTheManagedTool(string line)
    {
        string[] arguments = [.. line.Split(' ').Select(files.Named)];
        await using ToolProcess one = NativePrograms.Start(NativePrograms.Arm64, arguments);
        await using ToolProcess other = NativePrograms.Start(ToolProcess.Command, arguments);
        ToolResult managed = await other.EndAsync();
        ToolResult result = await one.EndAsync();

        Assert.Equal(NativePrograms.WithoutCommit(managed.Output), NativePrograms.WithoutCommit(result.Output));
        Assert.Equal(managed.Error, result.Error);
        Assert.Equal(managed.ExitCode, result.ExitCode);
    }

    [Theory]
    [InlineData("sample-ping", "sample-echo", 100, true)]
    [InlineData("ping", "echo", 480, true)]
    [InlineData("ping", "echo", 480, false)]
    public async Task SpeaksOverSharedMemory(string asking, string answering, int messages, bool withItself)
    {
        using var names = new LinkNames();
        await using ToolProcess answers = NativePrograms.Start(
            NativePrograms.Arm64, [answering, .. names.Arguments, "--json"]);
        await using ToolProcess asks = NativePrograms.Start(
            withItself ? NativePrograms.Arm64 : ToolProcess.Command, [asking, .. names.Arguments, "--json"]);
        Assert.Equal(messages, (await asks.EndAsync()).MustSucceed().GetProperty("messages").GetInt64());
        Assert.Equal(messages, (await answers.EndAsync()).MustSucceed().GetProperty("messages").GetInt64());
    }

    [Fact]
    public void IsForArm64() => Assert.Equal(
        ElfMachine.Arm64, ElfImage.Parse(System.IO.File.ReadAllBytes(NativePrograms.Arm64[^1])).Header.Machine);
}
