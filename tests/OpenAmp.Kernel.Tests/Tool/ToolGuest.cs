// SPDX-License-Identifier: BSD-3-Clause

using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Kernel.Tests.Remoteproc;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Tool;

/// <summary>Runs the native tool in a guest whose kernel has a processor.</summary>
internal static class ToolGuest
{
    /// <summary>A guest with the tool and the processor "vrproc", which is offline or runs the echo.</summary>
    internal static async Task<KernelProcessorHost> StartAsync(bool isRunning = true)
    {
        KernelProcessorHost host = await KernelProcessorHost.StartAsync("openamp");
        _ = await host.RunAsync("ln -s /mnt/bin/openamp /bin/openamp 2>/dev/null; mkdir -p /tmp; true");
        if (isRunning)
        {
            _ = (await host.BootAsync("echo.elf")).Required();
            _ = await host.Guest.WaitForLogAsync("creating channel rpmsg-raw", TestGuest.Token);
        }

        return host;
    }

    /// <summary>Runs the tool.</summary>
    internal static Task<GuestCommandResult> ToolAsync(this KernelProcessorHost host, string arguments)
        => host.Guest.RunAsync($"/mnt/bin/openamp {arguments}", TestGuest.Token);

    /// <summary>Runs the tool, which must end with a code.</summary>
    /// <returns>What it wrote, output and errors.</returns>
    internal static async Task<string> ToolAsync(this KernelProcessorHost host, string arguments, int exitCode)
    {
        GuestCommandResult result = await host.ToolAsync(arguments);
        string output = string.Join('\n', result.Output);
        Assert.True(result.ExitCode == exitCode, $"openamp {arguments}: exit code {result.ExitCode}\n{output}\n"
            + string.Join('\n', host.Guest.KernelLog.TakeLast(12)));
        return output;
    }

    /// <summary>Runs the tool, which must end with a code and write one JSON object.</summary>
    internal static async Task<JsonElement> JsonAsync(
        this KernelProcessorHost host, string arguments, int exitCode = 0)
    {
        string output = await host.ToolAsync($"{arguments} --json 2>/dev/null", exitCode);
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }
}
