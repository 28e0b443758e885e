// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests.Linux;

public sealed class SharingOptionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("openamp-sharing-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task WhatRunsUnsharedIsSeenByNobody()
    {
        await using ToolProcess run = Start(
            "run", Path.Combine(AppContext.BaseDirectory, "demo-firmware.elf"), "--no-share", "--", "demo-firmware");
        await run.WaitForOutputAsync(SharedProgram.Echo + " at");
        Assert.Empty(_folder.GetFileSystemInfos());
        Assert.Empty((await ListAsync()).GetProperty("processors").EnumerateArray());
    }

    [Fact]
    public async Task TheLinkOfAServingCommandIsSharedUnderItsNameWhileThereIsAPeer()
    {
        string[] place = ["--shm", _folder.Name, "--socket-path", Path.Combine(_folder.FullName, "event")];
        await using ToolProcess echo = Start(["echo", .. place]);
        while (!File.Exists(place[^1]))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Empty((await ListAsync()).GetProperty("links").EnumerateArray());
        await using ToolProcess flood = Start(["flood", "--count", "1000000", .. place]);
        JsonElement link = default;
        do
        {
            link = (await ListAsync()).GetProperty("links").EnumerateArray().FirstOrDefault();
        }
        while (link.ValueKind == JsonValueKind.Undefined);

        Assert.Equal("echo", link.GetProperty("name").GetString());
        Assert.Contains(link.GetProperty("channels").EnumerateArray(),
            channel => channel.GetProperty("name").GetString() == SharedProgram.Echo);
    }

    [Fact]
    public async Task WhatCannotBeSharedIsToldAndRunsAllTheSame()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "openamp"), "", TestContext.Current.CancellationToken);
        await using ToolProcess run = Start(
            "run",
            Path.Combine(AppContext.BaseDirectory, "demo-firmware.elf"),
            "--timeout",
            "5",
            "--",
            "demo-firmware");
        await run.WaitForOutputAsync(SharedProgram.Echo + " at");
        ToolResult result = (await run.EndAsync()).MustExit(0);
        Assert.Contains("other programs do not see this", result.ErrorLine, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ListAsync()
    {
        await using ToolProcess list = Start("ls", "--json");
        return (await list.EndAsync()).MustExit(0).Json();
    }

    private ToolProcess Start(params string[] arguments) => ToolProcess.StartAny(
        ["/usr/bin/env", "XDG_RUNTIME_DIR=" + _folder.FullName, .. ToolProcess.AbsoluteCommand, .. arguments]);
}
