// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Commands.CoreDump;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands;

/// <summary>The demo: the whole life of a processor, with the host's part in every message.</summary>
internal sealed class DemoRun(
    DemoTarget target,
    IReadOnlyList<DemoStep> steps,
    WaitMode waitMode,
    ILogger logger,
    IDemoScreen screen,
    TraceCollector trace)
{
    // The flood's host has address 1024; what the host hands out by itself begins after it.
    private const uint FirstDynamicAddress = 2048;

    private readonly List<DemoStepReport> _reports = [];
    private readonly List<LifeStepReport> _life = [];
    private readonly string _dumps = Directory.CreateTempSubdirectory("openamp-demo-").FullName;
    private string _firmware = "";
    private IServiceProgress? _session;
    private string _waitingFor = "the firmware was not loaded";

    /// <summary>What the message steps did so far.</summary>
    public IReadOnlyList<DemoStepReport> Reports => _reports;

    /// <summary>What happened to the processor so far.</summary>
    public IReadOnlyList<LifeStepReport> Life => _life;

    /// <summary>Shares the processor with other programs, or not.</summary>
    public Func<RemoteProcessor, IAsyncDisposable> Share { get; init; } = static _ => NotShared.Instance;

    public IReadOnlyList<string> Trace => trace.Lines;

    public ulong PeerFaults { get; private set; }

    public int Crashes { get; private set; }

    /// <summary>What the crash left, when the processor tells it.</summary>
    public CrashReport? Crash { get; private set; }

    /// <summary>What the step under way waits for.</summary>
    public string WaitingFor => _session is { Ended.IsCompleted: false } session ? session.WaitingFor : _waitingFor;

    /// <summary>Runs it all.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using DemoFirmwareFile firmware = target.OpenFirmware();
            _firmware = firmware.Path;
            RemoteProcessor processor = await RemoteProcessor
                .OpenAsync(target.CreateDriver(), Options, cancellationToken).ConfigureAwait(false);
            await using (processor.ConfigureAwait(false))
            await using (Share(processor).ConfigureAwait(false))
            {
                await LiveAsync(processor, cancellationToken).ConfigureAwait(false);
                Crashes = processor.CrashCount;
            }
        }
        finally
        {
            await screen.EndAsync().ConfigureAwait(false);
            Directory.Delete(_dumps, recursive: true);
        }
    }

    private RemoteProcessorOptions Options => new()
    {
        Recovery = RecoveryPolicy.AtMost(3, TimeSpan.FromMinutes(1)),
        CoreDump = new CoreDumpOptions { Mode = CoreDumpMode.Enabled, Directory = _dumps },
        TraceSinks = [trace],
        Trace = new TraceFollowerOptions { PollInterval = TimeSpan.FromMilliseconds(5) },
        Rpmsg = new RpmsgVdevOptions
        {
            Link = new RpmsgLinkOptions
            {
                WaitMode = waitMode,
                FirstDynamicAddress = FirstDynamicAddress,
                Logger = logger,
            },
        },
        Logger = logger,
    };

    private async Task LiveAsync(RemoteProcessor processor, CancellationToken cancellationToken)
    {
        await TimeAsync("load", () => processor.LoadAsync(_firmware, cancellationToken), () => Describe(processor))
            .ConfigureAwait(false);
        screen.Begin($"{target.Title}: {_life[0].Detail}", steps);
        await TimeAsync("start", () => processor.StartAsync(cancellationToken), () => "running").ConfigureAwait(false);
        foreach (DemoStep step in steps)
        {
            await RunAsync(step, processor, cancellationToken).ConfigureAwait(false);
        }

        if (target.Board is not null)
        {
            await HoldAsync(processor, cancellationToken).ConfigureAwait(false);
        }

        await StopAsync(processor, cancellationToken).ConfigureAwait(false);
        await TimeAsync("restart", () => processor.StartAsync(cancellationToken), () => "running")
            .ConfigureAwait(false);
        await GreetAsync(processor, "echo after restart", cancellationToken).ConfigureAwait(false);
        await CrashAsync(processor, cancellationToken).ConfigureAwait(false);
        await GreetAsync(processor, "echo after recovery", cancellationToken).ConfigureAwait(false);
        await StopAsync(processor, cancellationToken).ConfigureAwait(false);
        if (processor is { LastCrash: { } crash, LastCoreDump: { } dump })
        {
            Crash = await CrashInspection.ReadAsync(crash.Message, dump, _firmware, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task HoldAsync(RemoteProcessor processor, CancellationToken cancellationToken)
    {
        await TimeAsync(
            "suspend", () => processor.SuspendAsync(cancellationToken), () => "held between two instructions")
            .ConfigureAwait(false);
        await TimeAsync("resume", () => processor.ResumeAsync(cancellationToken), () => "running")
            .ConfigureAwait(false);
        await GreetAsync(processor, "echo after resume", cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(DemoStep step, RemoteProcessor processor, CancellationToken cancellationToken)
    {
        // It would be recovered, but nobody asked it to crash yet.
        if (processor.LastCrash is { } crash)
        {
            throw new ServiceFailedException($"the firmware crashed before '{step.Name}': {crash.Message}");
        }

        var session = new LinkedSession(processor.Rpmsg, step.Host());
        _session = session;
        Task run = session.RunAsync(cancellationToken);
        await screen.ShowAsync(step, session).ConfigureAwait(false);
        PeerFaults = session.Totals.PeerFaults;
        _reports.Add(DemoStepReport.From(step.Name, session.Service));
        await run.ConfigureAwait(false);
    }

    /// <summary>The first step once more, unseen: the firmware of a new run answers as that of the first.</summary>
    private Task GreetAsync(RemoteProcessor processor, string name, CancellationToken cancellationToken)
    {
        var session = new LinkedSession(processor.Rpmsg, steps[0].Host());
        _session = session;
        return TimeAsync(
            name,
            () => new ValueTask(session.RunAsync(cancellationToken)),
            () => $"{session.Totals.Messages} messages, {session.Totals.Errors} errors");
    }

    private Task StopAsync(RemoteProcessor processor, CancellationToken cancellationToken)
    {
        StopOutcome outcome = default;
        _waitingFor = "the processor does not stop";
        return TimeAsync(
            "stop",
            async () => outcome = await processor.StopAsync(cancellationToken).ConfigureAwait(false),
            () => outcome == StopOutcome.Acknowledged ? "asked, answered, stopped" : $"{outcome}");
    }

    private async Task CrashAsync(RemoteProcessor processor, CancellationToken cancellationToken)
    {
        _waitingFor = "the firmware does not crash, or does not come back";
        RpmsgEndpoint order = await processor.Rpmsg
            .ConnectAsync(DemoFirmware.CrashServiceName, cancellationToken).ConfigureAwait(false);
        Task crashed = processor.WaitForChangeAsync(RemoteProcessorState.Crashed, cancellationToken);
        Task recovered = processor.WaitForChangeAsync(RemoteProcessorState.Running, cancellationToken);
        await TimeAsync(
            "crash",
            async () =>
            {
                await order.SendAsync("now"u8.ToArray(), cancellationToken).ConfigureAwait(false);
                await crashed.ConfigureAwait(false);
            },
            () => CompiledName.Short(processor.LastCrash!.Message)).ConfigureAwait(false);
        await TimeAsync("recover", () => new ValueTask(recovered), () => DescribeDump(processor)).ConfigureAwait(false);
    }

    private async Task TimeAsync(string step, Func<ValueTask> work, Func<string> describe)
    {
        long start = Stopwatch.GetTimestamp();
        await work().ConfigureAwait(false);
        double milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
        _life.Add(new LifeStepReport(step, milliseconds, describe()));
    }

    private static string Describe(RemoteProcessor processor)
    {
        ResourceTable table = processor.Table!;
        return $"{processor.Image!.FormatName}, resource table with "
            + Quantity.Count(table.Vdevs.Count, "virtio device", "virtio devices") + " and "
            + Quantity.Count(table.Traces.Count, "trace buffer", "trace buffers");
    }

    private static string DescribeDump(RemoteProcessor processor)
        => processor.LastCoreDump is { } dump
            ? $"running again; core dump of {new FileInfo(dump).Length:N0} bytes"
            : "running again; the core dump is being written";
}
