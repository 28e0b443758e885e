// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Waits for what other processes do to files, and looks for what they left.</summary>
internal static class Files
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits until a file exists.</summary>
    public static async Task AppearAsync(string path)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!Path.Exists(path))
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Waits until a file holds a text, so many times.</summary>
    public static async Task ContainAsync(string path, string text, int times = 1)
    {
        await AppearAsync(path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while ((await File.ReadAllTextAsync(path, limit.Token)).Split(text).Length <= times)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Command lines of living processes that contain a text.</summary>
    public static string[] ProcessesWith(string text)
        => [.. Directory.EnumerateDirectories("/proc").Select(CommandLineOf)
            .Where(line => line.Contains(text, StringComparison.Ordinal))];

    /// <summary>Whether a process of /proc was started with all of these words.</summary>
    public static bool IsProcessWith(string folder, params string[] texts)
    {
        string line = CommandLineOf(folder);
        return texts.All(text => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Whether a process has ended and nobody has taken its status.</summary>
    public static bool IsZombie(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The children of a process; none when it has ended.</summary>
    public static int[] ChildrenOf(int process)
    {
        try
        {
            string folder = $"/proc/{process}/task";
            IEnumerable<string> lists = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
            return [.. lists.SelectMany(task => File.ReadAllText(Path.Combine(task, "children"))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture)))];
        }
        catch (IOException)
        {
            return []; // A thread ended meanwhile: look again.
        }
    }

    private static string CommandLineOf(string folder)
    {
        try
        {
            string path = Path.Combine(folder, "cmdline");
            return File.Exists(path) ? File.ReadAllText(path).Replace('\0', ' ') : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The process ended meanwhile, or is another user's.
            return "";
        }
    }
}
