// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Services.Linux;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Demos;

/// <summary>A kernel whose remote processor is this process, with the services of the multi-services demo.</summary>
internal sealed class DemoKernel : IAsyncDisposable
{
    private const uint RpmsgDevice = 7;

    // Writes a text to a device and prints what comes back: so many bytes from a terminal, or one message.
    private const string Functions = """
        ask_tty() {
            exec 3<>"$1" && stty raw -echo <&3 && printf %s "$2" >&3 && head -c "$3" <&3
            exec 3>&-
        }
        ask() { exec 3<>"$1" && printf %s "$2" >&3 && dd bs=512 count=1 <&3 2>/dev/null; exec 3>&-; }
        rpmsg() { /mnt/bin/openamp rpmsg "$@"; }

        """;

    private readonly TestFolder _folder = new();
    private readonly ConcurrentQueue<string> _trace = [];
    private readonly CancellationTokenSource _end = new();
    private readonly VhostUserRpmsgListener _listener;
    private Task _serving = Task.CompletedTask;

    private DemoKernel()
    {
        _listener = VhostUserRpmsgListener.Listen(new()
        {
            Server = new() { SocketPath = _folder["rpmsg"] },
            Link = new() { Name = "linux" },
        });
        Services = new MultiServices(_trace.Enqueue);
    }

    /// <summary>The remote's services.</summary>
    internal MultiServices Services { get; }

    /// <summary>The kernel.</summary>
    internal LinuxGuest Guest { get; private set; } = null!;

    /// <summary>The link that is served, or was last.</summary>
    internal RpmsgLink? Link { get; private set; }

    /// <summary>What the remote says of itself.</summary>
    internal string[] Trace => [.. _trace];

    internal static async Task<DemoKernel> StartAsync()
    {
        GuestDevice Device(string path) => new(path, RpmsgDevice);
        TestGuest.ProgramsWith("openamp"); // skips first
        DemoKernel kernel = new();
        try
        {
            kernel._serving = kernel.ServeAsync();
            kernel.Guest = await TestGuest.StartWithAsync("openamp", Device(kernel._listener.SocketPath));
            return kernel;
        }
        catch
        {
            await kernel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command that must succeed; "ask", "ask_tty" and "rpmsg" are known to it.</summary>
    internal async Task<string> RunAsync(string command)
        => (await Guest.RunAsync(Functions + command, TestGuest.Token)).Required();

    /// <summary>Waits until the remote has said something.</summary>
    internal async Task WaitForTraceAsync(string text)
        => Assert.True(await Processes.EventuallyAsync(() => _trace.Contains(text)), string.Join('\n', _trace));

    public async ValueTask DisposeAsync()
    {
        if (Guest is not null)
        {
            await Guest.DisposeAsync();
        }

        await _listener.DisposeAsync();
        await _end.CancelAsync();
        await Task.WhenAny(_serving);
        _end.Dispose();
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            Link = await _listener.AcceptAsync(_end.Token);
            await using RpmsgLink link = Link;
            await Services.ServeAsync(link, _end.Token);
        }
    }
}
