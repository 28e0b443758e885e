// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Kernel.Probe;

/// <summary>Runs the case that was asked for and says how it went: <c>ok NAME</c> and 0, an explanation and 1, or 2
/// when there is no such case.</summary>
internal static class ProbeRun
{
    // Beyond the case's own token, for a case that does not look at it.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the case throws is what it found.")]
    public static async Task<int> RunAsync(IReadOnlyList<ProbeCase> cases, string[] args)
    {
        ProbeCase? wanted = args.Length == 0 ? null : cases.FirstOrDefault(candidate => candidate.Name == args[0]);
        if (wanted is null)
        {
            string names = string.Join(' ', cases.Select(static candidate => candidate.Name));
            await Console.Error.WriteLineAsync($"kernel-probe CASE [argument ...]; cases: {names}");
            return 2;
        }

        using var deadline = new CancellationTokenSource(wanted.Limit);
        try
        {
            await Task.Run(() => wanted.Run(args[1..], deadline.Token)).WaitAsync(wanted.Limit + Grace)
                .ConfigureAwait(false);
            Console.WriteLine($"ok {wanted.Name}");
            return 0;
        }
        catch (Exception exception)
        {
            Console.WriteLine($"not ok {wanted.Name}: {exception}");
            return 1;
        }
    }
}
