// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Boards;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Services;

/// <summary>Runs firmware on a processor of any kind until it is cancelled, or stays crashed.</summary>
internal sealed class FirmwareRun(IRunScreen screen, ScreenTraceSink trace)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private string? _file;
    private RemoteProcessor? _processor;
    private StopOutcome? _stop;

    /// <summary>The firmware's file, or with a board the name of one.</summary>
    public required string Path { get; init; }

    /// <summary>The board that it is for; <see langword="null"/> when it is a process.</summary>
    public QemuBoard? Board { get; init; }

    /// <summary>Makes the driver: what kind of processor it is.</summary>
    public required Func<RemoteProcessorDriver> Driver { get; init; }

    public required RemoteProcessorOptions Options { get; init; }

    /// <summary>Where trace goes too.</summary>
    public required string? TraceFile { get; init; }

    /// <summary>Who may have signed the firmware; anybody when there is none.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>What is done once it runs, with the firmware's file; its end is the run's. To wait until it crashes, by
    /// default.</summary>
    public Func<RemoteProcessor, string, CancellationToken, Task> Attend { get; init; }
        = (processor, _, cancellationToken) => WaitForTheEndAsync(processor, cancellationToken);

    /// <summary>Shares the processor with other programs, or not.</summary>
    public Func<RemoteProcessor, IAsyncDisposable> Share { get; init; } = static _ => NotShared.Instance;

    /// <summary>Runs it.</summary>
    /// <exception cref="ServiceFailedException">It crashed and was not recovered.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; it was stopped.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (TraceFile is null)
        {
            await RunAsync([trace], cancellationToken).ConfigureAwait(false);
            return;
        }

        var file = new TraceFileSink(new TraceFileSinkOptions { Path = TraceFile });
        await using (file.ConfigureAwait(false))
        {
            await RunAsync([trace, file], cancellationToken).ConfigureAwait(false);
        }
    }

    public RunSummary Summary(RunOutcome outcome) => new()
    {
        Firmware = _file ?? Path,
        Starts = _processor?.StartCount ?? 0,
        Crashes = _processor?.CrashCount ?? 0,
        LastCrash = _processor?.LastCrash?.Message,
        LastCoreDump = _processor?.LastCoreDump,
        Stop = _stop?.ToString(),
        TraceLines = trace.LineCount,
        ElapsedSeconds = Math.Round(Stopwatch.GetElapsedTime(_start).TotalSeconds, 3),
        Result = outcome.Result == RunResult.Interrupted ? "ok" : outcome.Word,
        Error = outcome.Result == RunResult.Interrupted ? null : outcome.Error,
    };

    private async Task RunAsync(IReadOnlyList<TraceSink> sinks, CancellationToken cancellationToken)
    {
        _file = Board is null ? Path : Repository.FindFirmware(Path, Board);
        RemoteProcessor processor = await RemoteProcessor
            .OpenAsync(Driver(), OptionsWith(sinks), cancellationToken)
            .ConfigureAwait(false);
        _processor = processor;
        Task watch = ShowStatesAsync(processor.WatchAsync(CancellationToken.None));
        try
        {
            await using (processor.ConfigureAwait(false))
            await using (Share(processor).ConfigureAwait(false))
            {
                await LiveAsync(processor, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // It ends with the processor. Nothing is shown after the end.
            await watch.ConfigureAwait(false);
        }
    }

    private RemoteProcessorOptions OptionsWith(IReadOnlyList<TraceSink> sinks)
        => Options with
        {
            TraceSinks = sinks,
            Verifier = Keys.Count == 0 ? null : new OpteeFirmwareVerifier(
                Keys.Select(FirmwarePublicKey.ReadPemFile),
                new OpteeVerifierOptions { RequireWholeImageHash = true }),
        };

    private async Task LiveAsync(RemoteProcessor processor, CancellationToken cancellationToken)
    {
        await processor.LoadAsync(_file!, cancellationToken).ConfigureAwait(false);
        screen.Loaded(processor.Name, Describe(processor));
        await processor.StartAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Attend(processor, _file!, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The token is over, and stopping has its own deadlines.
            _stop = await processor.StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until it crashes and stays so.</summary>
    /// <exception cref="ServiceFailedException">It did.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before.</exception>
    public static async Task WaitForTheEndAsync(RemoteProcessor processor, CancellationToken cancellationToken)
    {
        RemoteCrash crash = await processor.WaitForLossAsync(cancellationToken).ConfigureAwait(false);
        throw new ServiceFailedException($"the firmware crashed and was not recovered: {crash.Message} "
            + "Look at its trace; --recover limited starts it again, --core-dump keeps its memory");
    }

    private async Task ShowStatesAsync(IAsyncEnumerable<RemoteProcessorStateChange> changes)
    {
        await foreach (RemoteProcessorStateChange change in changes.ConfigureAwait(false))
        {
            screen.State(change);
        }
    }

    private static string Describe(RemoteProcessor processor)
    {
        string table = processor.Table is { } resources
            ? "resource table with " + Quantity.Count(resources.Vdevs.Count, "virtio device", "virtio devices") + ", "
                + Quantity.Count(resources.Carveouts.Count, "carveout", "carveouts") + ", "
                + Quantity.Count(resources.Traces.Count, "trace buffer", "trace buffers")
            : "no resource table, so no links and no trace ('openamp firmware table set' adds one)";
        return $"{processor.Image!.FormatName}, {table}";
    }
}
