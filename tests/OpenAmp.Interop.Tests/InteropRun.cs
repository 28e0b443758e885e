// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Interop.Tests;

/// <summary>Runs the two sides of a link to their ends.</summary>
public static class InteropRun
{
    // Longer than the sides' own deadline: a side that keeps it is never killed.
    private static readonly TimeSpan Limit = LinkArguments.Timeout + TimeSpan.FromSeconds(10);

    // Who has heard the other side's farewell, or seen its socket closed, ends at once.
    private static readonly TimeSpan AfterTheOther = TimeSpan.FromSeconds(10);

    /// <summary>Starts both, waits for both, and kills a side that outlives the other one by 10 seconds.</summary>
    public static async Task<(SideResult First, SideResult Second)> RunAsync(SideCommand first, SideCommand second)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using Side one = Side.Start(first, cancellationToken);
        await using Side two = Side.Start(second, cancellationToken);
        await Task.WhenAny(one.ExitAsync(), two.ExitAsync(), Task.Delay(Limit, cancellationToken));
        SideResult[] results = await Task.WhenAll(one.WaitAsync(AfterTheOther), two.WaitAsync(AfterTheOther));
        return (results[0], results[1]);
    }

    /// <summary>Runs both and asserts that both end well and leave no process behind.</summary>
    public static async Task<(SideResult First, SideResult Second)> MustSucceedAsync(
        SideCommand first, SideCommand second, LinkNames names)
    {
        (SideResult one, SideResult two) = await RunAsync(first, second);
        Assert.True(one.ExitCode == 0 && two.ExitCode == 0, one.Describe() + "\n" + two.Describe());
        MustLeaveNoProcess(names);
        return (one, two);
    }

    /// <summary>Asserts that no process works on the link any more.</summary>
    public static void MustLeaveNoProcess(LinkNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] left = [.. CommandLines().Where(line => line.Contains(names.Shm, StringComparison.Ordinal))];
        Assert.True(left.Length == 0, "Still running:\n" + string.Join('\n', left));
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && TryReadCommandLine(folder, out string line))
            {
                yield return line;
            }
        }
    }

    private static bool TryReadCommandLine(string folder, out string line)
    {
        try
        {
            line = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline"))).Replace('\0', ' ');
            return true;
        }
        catch (IOException)
        {
            // The process ended between the listing and the reading.
            line = "";
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's process is not one of ours.
            line = "";
            return false;
        }
    }
}
