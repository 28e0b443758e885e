// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>firmware/ivshmem-echo, built once for its tests, from the sources that stand beside them.</summary>
public sealed class IvshmemFirmware : IAsyncLifetime
{
    internal static string Path { get; } =
        System.IO.Path.Combine(CRemote.Root, "artifacts/firmware/virt-a53/ivshmem-echo.elf");

    public async ValueTask InitializeAsync()
    {
        CRemote.SkipWithoutTools();
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [
            "build", System.IO.Path.Combine(CRemote.Root, "firmware/ivshmem-echo"), "-p:Board=virt-a53",
            "--disable-build-servers", "-v:quiet",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = CRemote.Root,
        };
        using Process build = Process.Start(start)!;
        Task<string> output = build.StandardOutput.ReadToEndAsync();
        string errors = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, $"firmware/ivshmem-echo does not build: {errors}{await output}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
