// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Bench;

/// <summary>What <c>openamp bench</c> measures: each mode with each payload, and what the machine itself
/// does.</summary>
/// <param name="Modes">How links wait.</param>
/// <param name="Sizes">Payloads, in bytes.</param>
/// <param name="Rounds">Round trips of each; a tenth of them where the processes block.</param>
/// <param name="Messages">Messages one way of each; none where the processes block.</param>
internal sealed record BenchPlan(
    IReadOnlyList<WaitMode> Modes,
    IReadOnlyList<int> Sizes,
    int Rounds,
    int Messages)
{
    private const int BlockingShare = 10;
    private const int Batch = 32;

    /// <summary>Number of rows that there will be.</summary>
    public int RowCount => (Modes.Count * Sizes.Count) + 3;

    /// <summary>Measures a row at a time.</summary>
    /// <param name="host">The measuring process.</param>
    /// <param name="done">Told of each row.</param>
    /// <param name="cancellationToken">Ends it between two rows.</param>
    public async Task RunAsync(BenchHost host, Action<BenchRow> done, CancellationToken cancellationToken)
    {
        done(BaselineRow(host, "cache line", BenchTask.CacheLine, Rounds, Baselines.CacheLineHost));
        done(BaselineRow(host, "eventfd", BenchTask.EventFd, Rounds / BlockingShare, Baselines.EventFdHost));
        int fewer = Rounds / BlockingShare;
        done(BaselineRow(host, "socket byte", BenchTask.StreamSocket, fewer, Baselines.StreamSocketHost));
        foreach (WaitMode mode in Modes)
        {
            foreach (int size in Sizes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                done(await RowAsync(host, mode, size, cancellationToken).ConfigureAwait(false));
            }
        }
    }

    private static BenchRow BaselineRow(
        BenchHost host,
        string name,
        BenchTask task,
        int count,
        Action<BenchWires, int, Samples> half)
    {
        var samples = new Samples();
        Baselines.ResetLines(host.Wires);
        _ = host.Run(new BenchOrder { Task = task, Count = count }, () => half(host.Wires, count, samples));
        return new BenchRow(name, null, samples, null);
    }

    private async Task<BenchRow> RowAsync(BenchHost host, WaitMode mode, int size, CancellationToken cancellationToken)
    {
        bool blocks = mode == WaitMode.InterruptOnly;
        int rounds = blocks ? Rounds / BlockingShare : Rounds;
        var samples = new Samples();
        BenchLink link = await host.OpenLinkAsync(mode, mode).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            await link.RoundTripsAsync(size, rounds / 10, 1, new Samples(), cancellationToken).ConfigureAwait(false);
            await link.RoundTripsAsync(size, rounds, 1, samples, cancellationToken).ConfigureAwait(false);
        }

        // One way, the sender's own thread sends, so its link need not watch; the receiver waits as asked.
        link = await host.OpenLinkAsync(blocks ? mode : WaitMode.Adaptive, mode).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            int messages = blocks ? Messages / BlockingShare : Messages;
            _ = await link.OneWayAsync(size, messages / 10, Batch, cancellationToken).ConfigureAwait(false);
            double seconds = await link.OneWayAsync(size, messages, Batch, cancellationToken).ConfigureAwait(false);
            return new BenchRow(NameOf(mode), size, samples, messages / seconds);
        }
    }

    private static string NameOf(WaitMode mode) => mode switch
    {
        WaitMode.InterruptOnly => "interrupt",
        WaitMode.PollOnly => "poll",
        _ => "adaptive",
    };
}
