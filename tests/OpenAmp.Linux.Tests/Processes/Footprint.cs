// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>What children could leave behind in this process, counted: descriptors, our thread, processes, alive or
/// not reaped.</summary>
internal readonly record struct Footprint(int Descriptors, int Threads, int Children)
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ClosingTime = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Kinds =
        ["pipe:", "anon_inode:[pidfd]", "anon_inode:[eventfd]", "pidfd:", "/memfd:"];

    internal static Footprint Now => new(
        Directory.GetFileSystemEntries("/proc/self/fd").Count(IsOfOurKind),
        ThreadsNow,
        Directory.GetDirectories("/proc").Count(IsOurChild));

    private static int ThreadsNow => Directory.GetDirectories("/proc/self/task").Count(IsOurThread);

    /// <summary>To count from: after finalizers have closed what earlier tests forgot.</summary>
    internal static Footprint Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _ = SpinWait.SpinUntil(() => ThreadsNow == 0, SettleTime);
        return Now;
    }

    /// <summary>Asserts that this is what is left, as soon as threads that are about to end have ended.</summary>
    internal void AssertIsLeft()
    {
        Footprint expected = this;
        _ = SpinWait.SpinUntil(() => ThreadsNow == expected.Threads, SettleTime);

        // No longer: looking makes garbage, and its collection would close what was forgotten.
        _ = SpinWait.SpinUntil(() => Now == expected, ClosingTime);
        Assert.Equal(expected, Now);
    }

    /// <summary>Whether the process runs or waits to be reaped.</summary>
    internal static bool Exists(int process) => ParentOf($"/proc/{process}") is not null;

    private static bool IsOfOurKind(string path)
    {
        string? target = new FileInfo(path).LinkTarget;
        return target is not null && Kinds.Any(kind => target.StartsWith(kind, StringComparison.Ordinal));
    }

    private static bool IsOurThread(string path)
        => Read(Path.Combine(path, "comm")) is { } name && name.StartsWith("OpenAMP child", StringComparison.Ordinal);

    private static bool IsOurChild(string path)
        => char.IsAsciiDigit(Path.GetFileName(path)[0]) && ParentOf(path) == Environment.ProcessId;

    private static int? ParentOf(string path)
    {
        // "1234 (name) S 1 ...": the name may hold anything, so the fields are counted from its end.
        string[]? fields = Read(Path.Combine(path, "stat"))?.Split(')')[^1].Split(' ');
        return fields is { Length: > 2 } ? int.Parse(fields[2], CultureInfo.InvariantCulture) : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null; // It ended since it was listed.
        }
    }
}
