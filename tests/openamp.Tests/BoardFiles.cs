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

    /// <summary>Files with this product's name, where temporary ones and shared memory are.</summary>
    public static string[] All() =>
    [
        .. new[] { Path.GetTempPath(), "/dev/shm" }
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*openamp*"))
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
