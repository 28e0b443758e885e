// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace OpenAmp.Kernel.Tests.Guest;

/// <summary>The processes of this machine, as /proc shows them.</summary>
internal static class Processes
{
    /// <summary>Those that run an executable, which may be named by a link.</summary>
    internal static int[] Running(string path)
    {
        string executable = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return [.. from folder in Directory.EnumerateDirectories("/proc")
            where int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)
            where TargetOf(folder + "/exe") == executable
            select int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)];
    }

    /// <summary>Whether a process runs, and is not a zombie.</summary>
    internal static bool IsAlive(int id) => TargetOf($"/proc/{id}/exe") is not null;

    /// <summary>Waits until something holds, for as long as a busy machine needs.</summary>
    internal static async Task<bool> EventuallyAsync(Func<bool> holds)
    {
        long end = Environment.TickCount64 + (long)TestGuest.Patience.TotalMilliseconds;
        while (!holds())
        {
            if (Environment.TickCount64 > end)
            {
                return false;
            }

            await Task.Delay(20, TestGuest.Token);
        }

        return true;
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended.
        }
    }
}
