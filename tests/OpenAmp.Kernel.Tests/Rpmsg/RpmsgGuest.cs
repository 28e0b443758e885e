// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Rpmsg;

/// <summary>A guest whose kernel has an RPMsg device, with <see cref="RpmsgFirmware"/> behind it, for all cases of the
/// probe.</summary>
public sealed class RpmsgGuest : IAsyncLifetime
{
    /// <summary>The program, as the guest sees it.</summary>
    internal const string Probe = $"/mnt/{TestGuest.ProgramsFolder}/kernel-probe";

    /// <summary>The runtime of this process and the programs beside the tests, as the guest sees them.</summary>
    internal const string Dotnet = "/mnt/dotnet/dotnet";
    internal const string Beside = "/mnt/tests";

    private const uint RpmsgDeviceId = 7;

    private readonly TestFolder _folder = new();
    private VhostUserRpmsgListener? _listener;
    private LinuxGuest? _guest;
    private Task<LinuxGuest>? _starting;

    /// <summary>The guest; the first test that asks starts it, and all are skipped where a part is missing.</summary>
    internal Task<LinuxGuest> StartAsync()
    {
        LinuxGuestOptions options = TestGuest.Options(
            "kernel-probe", new GuestDevice(_folder["rpmsg.sock"], RpmsgDeviceId));
        string runtime = RuntimeEnvironment.GetRuntimeDirectory(); // ROOT/shared/Microsoft.NETCore.App/VERSION/
        options = options with
        {
            Folders = new Dictionary<string, string>(options.Folders)
            {
                ["dotnet"] = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..")),
                ["tests"] = AppContext.BaseDirectory,
            },
        };
        return _starting ??= StartAsync(options);
    }

    /// <summary>Runs a case of the probe, and fails with what it says.</summary>
    internal async Task<string> RunAsync(string probeCase, string program = Probe)
    {
        LinuxGuest guest = await StartAsync();
        GuestCommandResult result = await guest.RunAsync(
            $"{program} {probeCase}", TestGuest.Token);
        Assert.True(result.IsSuccess, result.Text);
        Assert.Contains($"ok {probeCase}", result.Text, StringComparison.Ordinal);
        TestGuest.AssertNoWarning(guest);
        return result.Text;
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_guest is not null)
        {
            await _guest.DisposeAsync();
        }

        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<LinuxGuest> StartAsync(LinuxGuestOptions options)
    {
        _listener = VhostUserRpmsgListener.Listen(new()
        {
            Server = new() { SocketPath = _folder["rpmsg.sock"] },
            Link = new() { Name = "firmware" },
            Prepare = RpmsgFirmware.Prepare,
        });
        _ = Task.Run(AcceptAllAsync);
        _guest = await LinuxGuest.StartAsync(
            options with { MemoryBytes = 256L << 20, CommandTime = TimeSpan.FromMinutes(6) }, TestGuest.Token);
        return _guest;
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                // The firmware is on it already; it ends with the driver.
                RpmsgLink link = await _listener!.AcceptAsync();
                _ = await link.Completion;
                await link.DisposeAsync();
            }
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
