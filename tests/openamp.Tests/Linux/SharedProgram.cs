// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading.Tasks;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>A running <c>openamp run</c> whose processor other programs use, in a sharing directory of its
/// own.</summary>
internal sealed class SharedProgram : IAsyncDisposable
{
    /// <summary>The firmware's service that sends back what it gets.</summary>
    public const string Echo = "rpmsg-openamp-demo-channel";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("openamp-sharing-");
    private ToolProcess? _program;

    /// <summary>Starts it, and waits until its services are announced.</summary>
    public static async Task<SharedProgram> StartAsync()
    {
        var shared = new SharedProgram();
        shared._program = shared.Begin(
            "run", Path.Combine(AppContext.BaseDirectory, "demo-firmware.elf"), "--", "demo-firmware");
        await shared._program.WaitForOutputAsync(Echo + " at");
        return shared;
    }

    public string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Starts the tool beside it.</summary>
    public ToolProcess Begin(params string[] arguments) => ToolProcess.StartAny(
        ["/usr/bin/env", "XDG_RUNTIME_DIR=" + _folder.FullName, .. ToolProcess.AbsoluteCommand, .. arguments]);

    /// <summary>Runs the tool beside it to its end.</summary>
    public async Task<ToolResult> RunAsync(params string[] arguments)
    {
        await using ToolProcess process = Begin(arguments);
        return await process.EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
