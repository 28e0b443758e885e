// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Kernel.Tests.Guest;

/// <summary>This program as another process, that owns a guest: to be killed, or to run as another user.</summary>
internal static class OtherOwner
{
    /// <summary>Instead of testing, own a guest.</summary>
    internal const string Switch = "--own-guest";

    /// <summary>Starts a guest, prints its process id, and holds it.</summary>
    internal const string Hold = "hold";

    /// <summary>Starts a guest, runs a command in it, shuts it down and prints the outcome.</summary>
    internal const string Run = "run";

    /// <summary>Runs this program as another process.</summary>
    /// <param name="role">What it does.</param>
    /// <param name="image">The guest's image.</param>
    /// <param name="onLine">Takes what it prints.</param>
    /// <param name="through">A program and its arguments that starts it; none by default.</param>
    internal static ChildProcess Start(string role, string image, Action<string> onLine, params string[] through)
    {
        string[] line = [.. through, .. ThisProgram(), Switch, role, image];
        return ChildProcess.Start(new ChildProcessOptions
        {
            Path = line[0],
            Arguments = line[1..],
            WorkingDirectory = "/",
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ROOT"] = DotnetRoot(),
                ["HOME"] = "/tmp",
                ["OPENAMP_LINUX_GUEST"] = null,
            },
            StandardOutput = ChildOutputMode.Lines,
            StandardError = ChildOutputMode.Lines,
            OnLine = written => onLine(written.Text),
        });
    }

    /// <summary>What the other process does.</summary>
    internal static async Task<int> PlayAsync(string role, string image)
    {
        LinuxGuestOptions options = new() { Image = LinuxGuestImage.Open(image) };
        await using LinuxGuest guest = await LinuxGuest.StartAsync(options, CancellationToken.None);
        if (role == Hold)
        {
            Console.WriteLine($"guest {guest.ProcessId}");
            await Task.Delay(Timeout.Infinite);
        }

        GuestCommandResult result = await guest.RunAsync("id -u; uname -r", CancellationToken.None);
        await guest.ShutdownAsync(CancellationToken.None);
        Console.WriteLine($"{result.ExitCode} {string.Join(' ', result.Output)} {await guest.Completion}");
        return 0;
    }

    /// <summary>The folder of the runtime that runs this, three levels above its libraries.</summary>
    private static string DotnetRoot()
        => Enumerable.Range(0, 4).Aggregate(
            typeof(object).Assembly.Location, (path, _) => Path.GetDirectoryName(path)!);

    // dotnet runs the assembly, or the tests' own executable does.
    private static string[] ThisProgram()
        => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, typeof(OtherOwner).Assembly.Location]
            : [Environment.ProcessPath!];
}
