// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Reflection;
using System.Threading;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Bench;

if (args is [BenchPeer.Command, var wires])
{
    return await BenchPeer.RunAsync(wires);
}

string program = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
    ? Assembly.GetEntryAssembly()!.Location : string.Empty;
await using BenchHost host = BenchHost.Start(program);
BenchWires w = host.Wires;
CancellationToken none = CancellationToken.None;
if (args is ["one"])
{
    for (int i = 0; i < 5; i++)
    {
        double dg = host.Run(new() { Task = BenchTask.Datagrams, Count = 100_000, SizeBytes = 64 }, () => Baselines.Send(w.Datagram, 64, 100_000)) / 100_000 * 1e9;
        await using BenchLink link = await host.OpenLinkAsync(WaitMode.Adaptive, WaitMode.PollOnly);
        await link.OneWayAsync(64, 1_000_000, 32, none);
        foreach (int batch in (int[])[1, 16, 64])
        {
            double s = await link.OneWayAsync(64, 2_000_000, batch, none) / 2e6 * 1e9;
            Console.Write($"64/{batch}: {s:0.0} ns x{dg / s:0.0} full {BenchLink.Full}; ");
        }

        Baselines.ResetLines(w);
        double copy = host.Run(new() { Task = BenchTask.Copy, Count = 2_000_000, SizeBytes = 496 }, () => Baselines.CopyIn(w, 496, 2_000_000)) / 2e6 * 1e9;
        double local = Baselines.CopyLocally(496, 2_000_000) / 2e6 * 1e9;
        double t = await link.OneWayAsync(496, 2_000_000, 32, none) / 2e6 * 1e9;
        Console.WriteLine($"496: {t:0.0} ns through {copy:0.0} local {local:0.0} full {BenchLink.Full}");
    }

    return 0;
}

if (args is ["blk"])
{
    for (int i = 0; i < 4; i++)
    {
        var e = new Samples();
        host.Run(new() { Task = BenchTask.EventFd, Count = 5_000 }, () => Baselines.EventFdHost(w, 5_000, e));
        Console.Write($"eventfd {e.Percentile(50)}  ");
        var st = new Samples();
        host.Run(new() { Task = BenchTask.StreamSocket, Count = 5_000 }, () => Baselines.StreamSocketHost(w, 5_000, st));
        Console.Write($"stream {st.Percentile(50)}  ");
        foreach (OpenAmp.Linux.DoorbellKind kind in Enum.GetValues<OpenAmp.Linux.DoorbellKind>())
        {
            await using BenchLink link = await host.OpenLinkAsync(WaitMode.InterruptOnly, WaitMode.InterruptOnly, kind);
            await link.RoundTripsAsync(64, 2_000, 1, new Samples(), none);
            var samples = new Samples();
            await link.RoundTripsAsync(64, 5_000, 1, samples, none);
            Console.Write($"{kind} {samples.Percentile(50)} x{(double)samples.Percentile(50) / e.Percentile(50):0.00}  ");
        }

        Console.WriteLine();
    }

    return 0;
}

if (args is ["rtt"])
{
    for (int i = 0; i < 6; i++)
    {
        var raw = new Samples();
        Baselines.ResetLines(w);
        host.Run(new() { Task = BenchTask.CacheLine, Count = 400_000 }, () => Baselines.CacheLineHost(w, 400_000, raw));
        foreach (WaitMode mode in (WaitMode[])[WaitMode.PollOnly, WaitMode.Adaptive])
        {
            await using BenchLink link = await host.OpenLinkAsync(mode, mode);
            await link.RoundTripsAsync(64, 100_000, 16, new Samples(), none);
            var samples = new Samples();
            await link.RoundTripsAsync(64, 400_000, 16, samples, none);
            Console.WriteLine($"raw {raw.Percentile(50)} {mode} p10 {samples.Percentile(10)} p50 {samples.Percentile(50)} p90 {samples.Percentile(90)} ratio {(double)samples.Percentile(50) / raw.Percentile(50):0.00}");
        }
    }

    return 0;
}

for (int round = 0; round < 3; round++)
{
    var raw = new Samples();
    Baselines.ResetLines(w);
    host.Run(new() { Task = BenchTask.CacheLine, Count = 400_000 }, () => Baselines.CacheLineHost(w, 400_000, raw));
    Print("cache line", raw);
    await using (BenchLink link = await host.OpenLinkAsync(WaitMode.PollOnly, WaitMode.PollOnly))
    {
        await link.RoundTripsAsync(64, 50_000, 16, new Samples(), none);
        var samples = new Samples();
        await link.RoundTripsAsync(64, 400_000, 16, samples, none);
        Print("rpmsg poll 64", samples);
        Console.WriteLine($"   ratio {(double)samples.Percentile(50) / raw.Percentile(50):0.00}");
    }

    double dgram = host.Run(new() { Task = BenchTask.Datagrams, Count = 200_000, SizeBytes = 64 }, () => Baselines.Send(w.Datagram, 64, 200_000));
    Console.WriteLine($"dgram {dgram / 200_000 * 1e9:0} ns/msg");
    await using (BenchLink link = await host.OpenLinkAsync(WaitMode.Adaptive, WaitMode.PollOnly))
    {
        foreach (int batch in (int[])[1, 8, 32])
        {
            await link.OneWayAsync(64, 200_000, batch, none);
            double s = await link.OneWayAsync(64, 2_000_000, batch, none);
            Console.WriteLine($"oneway 64 batch {batch}: {s / 2_000_000 * 1e9:0.0} ns/msg ratio {dgram / 200_000 / (s / 2_000_000):0.0}");
        }

        Baselines.ResetLines(w);
        double copy = host.Run(new() { Task = BenchTask.Copy, Count = 2_000_000, SizeBytes = 496 }, () => Baselines.CopyIn(w, 496, 2_000_000));
        double local = Baselines.CopyLocally(496, 2_000_000);
        double t = await link.OneWayAsync(496, 2_000_000, 32, none);
        Console.WriteLine($"oneway 496: {t / 2e6 * 1e9:0.0} ns, copy through {copy / 2e6 * 1e9:0.0} ns, local {local / 2e6 * 1e9:0.0} ns");
        Console.WriteLine(link.Link.GetStatistics());
    }

    var ev = new Samples();
    host.Run(new() { Task = BenchTask.EventFd, Count = 5_000 }, () => Baselines.EventFdHost(w, 5_000, ev));
    Print("eventfd", ev);
    ev = new Samples();
    host.Run(new() { Task = BenchTask.StreamSocket, Count = 5_000 }, () => Baselines.StreamSocketHost(w, 5_000, ev));
    Print("stream socket", ev);
    foreach (WaitMode mode in (WaitMode[])[WaitMode.InterruptOnly, WaitMode.Adaptive])
    {
        await using BenchLink link = await host.OpenLinkAsync(mode, mode);
        await link.RoundTripsAsync(64, 2_000, 1, new Samples(), none);
        var samples = new Samples();
        await link.RoundTripsAsync(64, 10_000, 1, samples, none);
        Print("rpmsg " + mode, samples);
    }
}

return 0;

static void Print(string name, Samples s) => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{name}: p50 {s.Percentile(50)} p99 {s.Percentile(99)} max {s.MaxNanoseconds} ns"));
