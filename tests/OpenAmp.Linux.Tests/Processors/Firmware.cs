// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>The firmware of echo.c, compiled once, with one virtio device and with three.</summary>
public sealed class Firmware : IAsyncLifetime
{
    internal const string Service = "echo";

    internal const string FileName = "openamp-echo-firmware";

    /// <summary>Device address of the word where the firmware notes the time of its death (AREA of echo.c).</summary>
    internal const ulong DeathAddress = 0x1001_1000;

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private string? _path;

    /// <summary>The firmware with one virtio device. Skips where there is no C compiler.</summary>
    internal string EchoPath
    {
        get
        {
            Assert.SkipWhen(_path is null, "No C compiler: none of gcc, cc and clang is on PATH.");
            return _path!;
        }
    }

    /// <summary>The firmware with three virtio devices.</summary>
    internal string ThreePath => EchoPath + "3";

    public async ValueTask InitializeAsync()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] names = ["gcc", "cc", "clang"];
        if (names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            is not { } compiler)
        {
            return;
        }

        string path = Path.Combine(AppContext.BaseDirectory, FileName);
        await CompileAsync(compiler, path, vdevs: 1);
        await CompileAsync(compiler, path + "3", vdevs: 3);
        _path = path;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Says something to the echo service of a link, and hears it back.</summary>
    internal static async Task EchoAsync(RpmsgLink link, string text, CancellationToken cancellationToken)
    {
        await using RpmsgEndpoint endpoint = await ConnectAsync(link, cancellationToken);
        await EchoAsync(endpoint, text, cancellationToken);
    }

    internal static async Task EchoAsync(RpmsgEndpoint endpoint, string text, CancellationToken cancellationToken)
    {
        await SayAsync(endpoint, text, cancellationToken);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(cancellationToken);
        Assert.Equal(text, Encoding.UTF8.GetString(answer.Payload));
    }

    internal static Task SayAsync(RpmsgEndpoint endpoint, string text, CancellationToken cancellationToken)
        => endpoint.SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();

    internal static ValueTask<RpmsgEndpoint> ConnectAsync(RpmsgLink link, CancellationToken cancellationToken)
        => link.ConnectAsync(Service, new RpmsgEndpointOptions { Announce = false }, cancellationToken);

    /// <summary>A token that ends with the test, and before anybody loses patience.</summary>
    internal static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return limit;
    }

    private static async Task CompileAsync(string compiler, string output, int vdevs)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Processors");
        List<string> arguments =
        [
            "-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", $"-DVDEVS={vdevs}", "-o", output,
            .. Directory.GetFiles(folder, "*.c").Order(StringComparer.Ordinal),
        ];
        using Process compile = Process.Start(compiler, arguments);
        await compile.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, compile.ExitCode);
    }
}
