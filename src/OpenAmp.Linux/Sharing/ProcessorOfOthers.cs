// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>A processor that another program has: what is known of it comes over one connection, and each operation
/// goes over one of its own.</summary>
internal sealed class ProcessorOfOthers : RemoteProcessor
{
    private static readonly TimeSpan CatchUpTime = TimeSpan.FromSeconds(5);

    private readonly SharingWatch _watch;
    private readonly SharedProcessorOptions _options;
    private readonly LinksOfOthers _links;
    private readonly Lock _lock = new();

    // What was told last. Guarded by the lock, and so is the next.
    private SharedState _told;
    private ResourceTable? _table;

    // Completed and replaced with every state that is told.
    private TaskCompletionSource _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watching = Task.CompletedTask;

    private ProcessorOfOthers(SharingWatch watch, SharedProcessorOptions options)
        : base(watch.First.Name, ProcessorOptionsFor(options))
    {
        _watch = watch;
        _options = options;
        _told = watch.First;
        _links = new LinksOfOthers(watch.SocketPath, watch.First.Name, options.Link);
        Take(watch.First);
    }

    public override DriverCapabilities Capabilities => Told.Capabilities;

    public override ResourceTable? Table
    {
        get
        {
            lock (_lock)
            {
                return _table;
            }
        }
    }

    /// <summary>Its format, entry point and table; its segments are not told.</summary>
    public override FirmwareImage? Image => Told is { Firmware: { } firmware } told
        ? new FirmwareImage
        {
            FormatName = firmware.Format,
            EntryPoint = new DeviceAddress(firmware.EntryPoint),
            Segments = [],
            ResourceTable = told.Table is { } table ? new ReadOnlyMemory<byte>(table) : null,
        }
        : null;

    public override IReadOnlyList<RpmsgLink> Links => _links.Links;

    private SharedState Told
    {
        get
        {
            lock (_lock)
            {
                return _told;
            }
        }
    }

    /// <summary>Takes over a watch, and follows it.</summary>
    internal static ProcessorOfOthers Start(SharingWatch watch, SharedProcessorOptions options)
    {
        var processor = new ProcessorOfOthers(watch, options);
        processor._watching = Task.Run(processor.FollowAsync);
        return processor;
    }

    public override TraceFollower FollowTrace(string name)
    {
        if (Traces.All(trace => trace.Name != name))
        {
            throw new KeyNotFoundException($"Processor '{Name}' has no trace buffer '{name}'; it has: "
                + (Traces.Count == 0 ? "none" : string.Join(", ", Traces.Select(trace => trace.Name))) + ".");
        }

        if (State is not (RemoteProcessorState.Running or RemoteProcessorState.Suspended
            or RemoteProcessorState.Attached or RemoteProcessorState.Crashed))
        {
            throw new RemoteProcessorStateException(
                $"Processor '{Name}' is {State}: a trace can be followed while it runs.");
        }

        return TraceOfOthers.Follow(_watch.SocketPath, Name, name, _options.Logger, Disposing);
    }

    protected override bool IsLegal(RemoteProcessorState state, RemoteProcessorOperation operation)
        => true; // The program that has it knows better.

    protected override async ValueTask LoadCoreAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        using ImagePath image = await ImagePath.OfAsync(store, cancellationToken).ConfigureAwait(false);
        SharingRequest request = SharingRequest.For(SharingVerb.Load) with { Path = image.Path };
        _ = await AskAsync(request, cancellationToken).ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }

    protected override async ValueTask StartCoreAsync(CancellationToken cancellationToken)
        => await AskAsync(SharingVerb.Start, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask<StopOutcome> StopCoreAsync(CancellationToken cancellationToken)
        => (await AskAsync(SharingVerb.Stop, cancellationToken).ConfigureAwait(false)).Outcome ?? StopOutcome.Stopped;

    protected override async ValueTask ShutdownCoreAsync(CancellationToken cancellationToken)
        => await AskAsync(SharingVerb.Shutdown, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask SuspendCoreAsync(CancellationToken cancellationToken)
        => await AskAsync(SharingVerb.Suspend, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask ResumeCoreAsync(CancellationToken cancellationToken)
        => await AskAsync(SharingVerb.Resume, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask AttachCoreAsync(CancellationToken cancellationToken)
        => await AskAsync(SharingVerb.Attach, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask DetachCoreAsync(CancellationToken cancellationToken)
        => await AskAsync(SharingVerb.Detach, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask RecoverCoreAsync(CancellationToken cancellationToken)
        => await AskAsync(SharingVerb.Recover, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask DumpCoreAsync(Stream stream, CancellationToken cancellationToken)
        => await AskAsync(
            SharingRequest.For(SharingVerb.Dump),
            (packet, token) => packet.Span[0] == SharingConnection.BytesMark ? stream.WriteAsync(packet[1..], token)
                : throw new SharingException("The program sent something else than a core dump."),
            cancellationToken).ConfigureAwait(false);

    protected override ValueTask EndCoreAsync()
    {
        _watch.Dispose();
        return _links.DisposeAsync();
    }

    protected override async ValueTask ReleaseCoreAsync() => await _watching.ConfigureAwait(false);

    private static RemoteProcessorOptions ProcessorOptionsFor(SharedProcessorOptions options) => new()
    {
        LoadTimeout = options.OperationTimeout,
        StartTimeout = options.OperationTimeout,
        StopTimeout = options.OperationTimeout,
        DumpTimeout = options.OperationTimeout,
        Logger = options.Logger,
    };

    private ValueTask<SharedDone> AskAsync(SharingVerb verb, CancellationToken cancellationToken)
        => AskAsync(SharingRequest.For(verb), cancellationToken);

    private async ValueTask<SharedDone> AskAsync(SharingRequest request, CancellationToken cancellationToken)
        => await AskAsync(request, null, cancellationToken).ConfigureAwait(false);

    private async ValueTask<SharedDone> AskAsync(
        SharingRequest request,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? receive,
        CancellationToken cancellationToken)
    {
        SharedDone done;
        try
        {
            done = await SharingCall.RunAsync(_watch.SocketPath, request, receive, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is SharingException or ObjectDisposedException)
        {
            throw new RemoteProcessorException($"Processor '{Name}' was not asked to {request.Do}, or it is not known "
                + $"what came of it: {error.Message}", error);
        }

        await CatchUpAsync(done.Changes).ConfigureAwait(false);
        return done;
    }

    /// <summary>Waits until the state is known that an operation led to: it comes over the other connection.</summary>
    private async ValueTask CatchUpAsync(long changes)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < CatchUpTime)
        {
            Task newer;
            lock (_lock)
            {
                if (_told.Changes >= changes || _watching.IsCompleted)
                {
                    return;
                }

                newer = _newer.Task;
            }

            Task either = Task.WhenAny(newer, _watching).WaitAsync(CatchUpTime);
            await either.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync()
    {
        string why;
        try
        {
            while (await _watch.ReadAsync(Disposing).ConfigureAwait(false) is { } state)
            {
                Take(state);
            }

            why = "it has ended, or stopped sharing";
        }
        catch (OperationCanceledException)
        {
            why = "this side let go of it";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            why = error.Message;
        }

        if (Disposing.IsCancellationRequested)
        {
            return;
        }

        // Nobody knows what became of the processor. Firmware that is a process has ended with its host.
        _links.Update([]);
        string message = $"The program that has processor '{Name}' is gone: {why}.";
        if (ReportCrash(CrashKind.Exited, message) is { } crash)
        {
            ReportLoss(crash);
        }
        else
        {
            _ = SetState(RemoteProcessorState.Offline);
        }
    }

    private void Take(SharedState state)
    {
        ResourceTable? table = state.Table is { } bytes && ResourceTable.TryParse(bytes, out ResourceTable? read, out _)
            ? read : null;

        // Links first: who sees that it runs finds them.
        _links.Update(state.Links);
        RemoteCrash? crash = state.LastCrash is { } told
            ? new RemoteCrash(told.Kind, told.Message, told.Time, told.Number) : null;
        LastCoreDump = state.LastCoreDump;
        TaskCompletionSource newer;
        lock (_lock)
        {
            _told = state;
            _table = table;
            newer = _newer;
            _newer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        SetCounts(state.StartCount, state.CrashCount, crash);
        RemoteProcessorState now = state.State ?? RemoteProcessorState.Offline;
        _ = SetState(now, now == RemoteProcessorState.Crashed ? crash : null);
        if (state.IsLost && crash is not null)
        {
            ReportLoss(crash);
        }

        newer.TrySetResult();
    }
}
