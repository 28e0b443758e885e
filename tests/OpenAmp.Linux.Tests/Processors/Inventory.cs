// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>What processors could leave behind in this process, counted.</summary>
internal readonly record struct Inventory(int Descriptors, int Mappings, int Threads, int Processes)
{
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(1);

    // No longer: looking makes garbage, and its collection would close what was forgotten.
    private static readonly TimeSpan ClosingTime = TimeSpan.FromMilliseconds(100);

    internal static Inventory Now => new(
        Footprint.Now.Descriptors + OpenFirmware,
        File.ReadLines("/proc/self/maps").Count(line => line.Contains("/memfd:openamp", StringComparison.Ordinal)),
        ThreadsNow,
        Footprint.Now.Children);

    // Only what processors open: the runtime opens files of its own when it pleases.
    private static int OpenFirmware => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget?.Contains(Firmware.FileName, StringComparison.Ordinal) == true);

    private static int ThreadsNow => Directory.GetDirectories("/proc/self/task").Count(IsOurThread);

    /// <summary>Asserts that this is what is left, as soon as threads that are about to end have ended.</summary>
    internal void AssertIsLeft()
    {
        Inventory expected = this;
        _ = SpinWait.SpinUntil(() => ThreadsNow == expected.Threads, SettleTime);
        _ = SpinWait.SpinUntil(() => Now == expected, ClosingTime);
        Assert.Equal(expected, Now);
    }

    private static bool IsOurThread(string path)
    {
        try
        {
            string name = File.ReadAllText(Path.Combine(path, "comm"));
            return name.StartsWith("OpenAMP", StringComparison.Ordinal)
                || name.StartsWith("rpmsg", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It ended since it was listed.
        }
    }
}
