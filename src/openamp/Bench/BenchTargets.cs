// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Bench;

/// <summary>Measures every target, in rounds: baseline, link, baseline again. The machine's mood changes from second to
/// second, so each round is judged by its own baselines, and the median of the rounds counts.</summary>
internal sealed class BenchTargets
{
    private const int WarmUpRounds = 20_000;
    private const int PollRounds = 160_000;
    private const int BlockingRounds = 2_000;
    private const int Datagrams = 40_000;
    private const int Messages = 400_000;
    private const int Batch = 32;
    private const int ShortBytes = 64;
    private const int LongBytes = 496;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(2);

    private readonly BenchHost _host;
    private readonly BenchTarget _poll = AtMost("Round trip, poll-only", "cache-line round trip", "ns", 5);
    private readonly BenchTarget _blocking = AtMost("Round trip, blocking, eventfd", "eventfd round trip", "ns", 1.3);
    private readonly BenchTarget _socket = AtMost("Round trip, blocking, socket", "eventfd round trip", "ns", null);
    private readonly BenchTarget _adaptive = AtMost("Round trip, adaptive", "eventfd round trip", "ns", null);
    private readonly BenchTarget _messages = AtLeast("64 bytes one way, 32 at once", "datagrams", "messages/s", 20);
    private readonly BenchTarget _singles = AtLeast("64 bytes one way, one by one", "datagrams", "messages/s", null);
    private readonly BenchTarget _bytes = AtLeast("496 bytes one way, 32 at once", "shared memcpy", "MB/s", 0.4);
    private readonly BenchTarget _stream = AtLeast("496 bytes one way, 32 at once", "stream socket", "MB/s", null);
    private readonly BenchTarget _idle = AtMost("Idle link, both processes", "one core", "cores", 0.01);

    public BenchTargets(BenchHost host) => _host = host;

    public IReadOnlyList<BenchTarget> All
        => [_poll, _blocking, _socket, _adaptive, _messages, _singles, _bytes, _stream, _idle];

    /// <summary>Measures all targets some times.</summary>
    /// <param name="rounds">How often; odd numbers have a true median.</param>
    /// <param name="progress">Told of each round that is done.</param>
    /// <param name="cancellationToken">Ends it between two measurements.</param>
    public async Task RunAsync(int rounds, IProgress<int> progress, CancellationToken cancellationToken)
    {
        for (int round = 1; round <= rounds; round++)
        {
            await MeasurePollingAsync(cancellationToken).ConfigureAwait(false);
            await MeasureBlockingAsync(cancellationToken).ConfigureAwait(false);
            await MeasureMessagesAsync(cancellationToken).ConfigureAwait(false);
            await MeasureBytesAsync(cancellationToken).ConfigureAwait(false);
            progress.Report(round);
        }

        await MeasureIdleAsync(cancellationToken).ConfigureAwait(false);
    }

    private static BenchTarget AtMost(string name, string baseline, string unit, double? limit)
        => new(name, baseline, unit, limit, IsUpperLimit: true, "0.00##");

    private static BenchTarget AtLeast(string name, string baseline, string unit, double? limit)
        => new(name, baseline, unit, limit, IsUpperLimit: false, "0.0#");

    private async Task MeasurePollingAsync(CancellationToken cancellationToken)
    {
        double before = CacheLine();
        double measured = await RoundTripAsync(
            WaitMode.PollOnly, DoorbellKind.SocketByte, PollRounds, cancellationToken).ConfigureAwait(false);
        _poll.Rounds.Add((measured, (before + CacheLine()) / 2));
    }

    private async Task MeasureBlockingAsync(CancellationToken cancellationToken)
    {
        double before = EventFd();
        double eventFd = await RoundTripAsync(
            WaitMode.InterruptOnly, DoorbellKind.EventFd, BlockingRounds, cancellationToken).ConfigureAwait(false);
        double between = EventFd();
        double socket = await RoundTripAsync(
            WaitMode.InterruptOnly, DoorbellKind.SocketByte, BlockingRounds, cancellationToken).ConfigureAwait(false);
        double after = EventFd();
        double adaptive = await RoundTripAsync(
            WaitMode.Adaptive, DoorbellKind.SocketByte, PollRounds, cancellationToken).ConfigureAwait(false);
        _blocking.Rounds.Add((eventFd, (before + between) / 2));
        _socket.Rounds.Add((socket, (between + after) / 2));
        _adaptive.Rounds.Add((adaptive, after));
    }

    private async Task MeasureMessagesAsync(CancellationToken cancellationToken)
    {
        double before = DatagramRate();
        double batched;
        double singles;
        BenchLink link = await _host.OpenLinkAsync(WaitMode.Adaptive, WaitMode.PollOnly).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            _ = await RateAsync(link, ShortBytes, Batch, cancellationToken).ConfigureAwait(false);
            batched = await RateAsync(link, ShortBytes, Batch, cancellationToken).ConfigureAwait(false);
            singles = await RateAsync(link, ShortBytes, 1, cancellationToken).ConfigureAwait(false);
        }

        double datagrams = (before + DatagramRate()) / 2;
        _messages.Rounds.Add((batched, datagrams));
        _singles.Rounds.Add((singles, datagrams));
    }

    private async Task MeasureBytesAsync(CancellationToken cancellationToken)
    {
        double before = CopyRate();
        double bytes;
        BenchLink link = await _host.OpenLinkAsync(WaitMode.Adaptive, WaitMode.PollOnly).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            bytes = await RateAsync(link, LongBytes, Batch, cancellationToken).ConfigureAwait(false) * LongBytes / 1e6;
        }

        _bytes.Rounds.Add((bytes, (before + CopyRate()) / 2));
        _stream.Rounds.Add((bytes, StreamRate()));
    }

    /// <summary>Processor time of both processes while their link has nothing to do.</summary>
    private async Task MeasureIdleAsync(CancellationToken cancellationToken)
    {
        BenchLink link = await _host.OpenLinkAsync(WaitMode.Adaptive, WaitMode.Adaptive).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            await link.RoundTripsAsync(ShortBytes, WarmUpRounds, 16, new Samples(), cancellationToken)
                .ConfigureAwait(false);

            // Work that the traffic left behind, such as compiling what turned out hot, is not the idle link's.
            await Task.Delay(IdleTime, cancellationToken).ConfigureAwait(false);
            TimeSpan before = _host.ProcessorTime();
            long start = Stopwatch.GetTimestamp();
            await Task.Delay(IdleTime, cancellationToken).ConfigureAwait(false);
            TimeSpan used = _host.ProcessorTime() - before;
            _idle.Rounds.Add((used / Stopwatch.GetElapsedTime(start), 1));
        }
    }

    private double CacheLine()
    {
        var samples = new Samples();
        Baselines.ResetLines(_host.Wires);
        _ = _host.Run(
            new BenchOrder { Task = BenchTask.CacheLine, Count = PollRounds },
            () => Baselines.CacheLineHost(_host.Wires, PollRounds, samples));
        return samples.Percentile(50);
    }

    private double EventFd()
    {
        var samples = new Samples();
        _ = _host.Run(
            new BenchOrder { Task = BenchTask.EventFd, Count = BlockingRounds },
            () => Baselines.EventFdHost(_host.Wires, BlockingRounds, samples));
        return samples.Percentile(50);
    }

    private async Task<double> RoundTripAsync(
        WaitMode mode,
        DoorbellKind doorbell,
        int count,
        CancellationToken cancellationToken)
    {
        BenchLink link = await _host.OpenLinkAsync(mode, mode, doorbell).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            int perSample = mode == WaitMode.InterruptOnly ? 1 : Baselines.RoundsPerSample;
            int warmUp = mode == WaitMode.InterruptOnly ? count / 4 : WarmUpRounds;
            await link.RoundTripsAsync(ShortBytes, warmUp, perSample, new Samples(), cancellationToken)
                .ConfigureAwait(false);
            var samples = new Samples();
            await link.RoundTripsAsync(ShortBytes, count, perSample, samples, cancellationToken).ConfigureAwait(false);
            return samples.Percentile(50);
        }
    }

    private static async Task<double> RateAsync(
        BenchLink link,
        int sizeBytes,
        int batch,
        CancellationToken cancellationToken)
        => Messages / await link.OneWayAsync(sizeBytes, Messages, batch, cancellationToken).ConfigureAwait(false);

    private double DatagramRate() => Datagrams / _host.Run(
        new BenchOrder { Task = BenchTask.Datagrams, Count = Datagrams, SizeBytes = ShortBytes },
        () => Baselines.Send(_host.Wires.Datagram, ShortBytes, Datagrams));

    private double StreamRate() => LongBytes / 1e6 * Datagrams / _host.Run(
        new BenchOrder { Task = BenchTask.StreamBytes, Count = Datagrams, SizeBytes = LongBytes },
        () => Baselines.Send(_host.Wires.Stream, LongBytes, Datagrams));

    private double CopyRate()
    {
        Baselines.ResetLines(_host.Wires);
        return LongBytes / 1e6 * Messages / _host.Run(
            new BenchOrder { Task = BenchTask.Copy, Count = Messages, SizeBytes = LongBytes },
            () => Baselines.CopyIn(_host.Wires, LongBytes, Messages));
    }
}
