// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>What a board may leave: an emulator, and files.</summary>
internal static class BoardFiles
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // What the tool makes when it runs boards. Other programs and tests have names of their own.
    private static readonly (string Folder, string Names)[] Made =
    [
        (Path.GetTempPath(), "openamp-demo-*"), (Path.GetTempPath(), "openamp-gdb-*"), ("/dev/shm", "*openamp*"),
    ];

    /// <summary>The files that boards may have left.</summary>
    public static string[] All() =>
    [
        .. Made.SelectMany(made => Directory.EnumerateFileSystemEntries(made.Folder, made.Names))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The emulator that a tool runs: its child, and nobody else's.</summary>
    public static int EmulatorOf(int tool) => Assert.Single(Files.ChildrenOf(tool), IsEmulator);

    public static bool IsEmulator(int process)
        => Files.IsProcessWith($"/proc/{process}", "qemu-system") && !Files.IsZombie(process);

    public static async Task WaitForEndAsync(int emulator)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (IsEmulator(emulator))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
