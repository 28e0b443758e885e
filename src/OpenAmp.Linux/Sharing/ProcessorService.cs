// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>What other programs may ask of a processor.</summary>
internal sealed class ProcessorService : ISharingService
{
    private readonly RemoteProcessor _processor;
    private readonly SharingOptions _options;
    private readonly SharingCounters _counters;
    private readonly SharedLinkTable _links;
    private readonly LinkService _linkService;

    internal ProcessorService(RemoteProcessor processor, SharingOptions options, SharingCounters counters)
    {
        _processor = processor;
        _options = options;
        _counters = counters;
        _links = new SharedLinkTable(() => processor.Links);
        _linkService = new LinkService(_links, options, counters);
    }

    public Task ServeAsync(
        SharingConnection connection,
        SharingRequest request,
        CancellationToken cancellationToken) => request.Verb switch
        {
            SharingVerb.Info => TellAsync(connection, null, cancellationToken).AsTask(),
            SharingVerb.Watch => WatchAsync(connection, cancellationToken),
            SharingVerb.Trace => TraceAsync(connection, request.Name!, cancellationToken),
            SharingVerb.Services => _linkService.TellServicesAsync(connection, request, cancellationToken),
            SharingVerb.Endpoint => _linkService.ServeEndpointAsync(connection, request, cancellationToken),
            _ when !_options.AllowControl => throw _linkService.NotAllowed(
                $"{request.Do} its processor", nameof(SharingOptions.AllowControl)),
            SharingVerb.Dump => DumpAsync(connection, cancellationToken),
            _ => OperateAsync(connection, request, cancellationToken),
        };

    /// <summary>Tells the state. False when the other program is gone.</summary>
    private ValueTask<bool> TellAsync(
        SharingConnection connection,
        RemoteProcessorStateChange? change,
        CancellationToken cancellationToken)
        => connection.TrySendAsync(new SharingPacket { State = Describe(change) }, cancellationToken);

    private async Task WatchAsync(SharingConnection connection, CancellationToken cancellationToken)
    {
        using var gone = new ConnectionWatch(connection, cancellationToken);

        // Watched before the state is told, so that no change falls between the two.
        IAsyncEnumerable<RemoteProcessorStateChange> changes = _processor.WatchAsync(gone.Token);
        if (!await TellAsync(connection, null, gone.Token).ConfigureAwait(false))
        {
            return;
        }

        Task loss = Task.CompletedTask;
        await foreach (RemoteProcessorStateChange change in StartingWithNow(changes).ConfigureAwait(false))
        {
            if (change.Number > 0 && !await TellAsync(connection, change, gone.Token).ConfigureAwait(false))
            {
                return;
            }

            if (change.To == RemoteProcessorState.Crashed && loss.IsCompleted)
            {
                loss = TellLossAsync(connection, gone.Token);
            }
        }

        throw new ObjectDisposedException(null, $"Processor '{_processor.Name}' was disposed by its program.");
    }

    private async IAsyncEnumerable<RemoteProcessorStateChange> StartingWithNow(
        IAsyncEnumerable<RemoteProcessorStateChange> changes)
    {
        RemoteProcessorState state = _processor.State;
        yield return new RemoteProcessorStateChange(state, state, default, null);
        await foreach (RemoteProcessorStateChange change in changes.ConfigureAwait(false))
        {
            yield return change;
        }
    }

    /// <summary>Tells that nobody recovers the processor, if it comes to that.</summary>
    private async Task TellLossAsync(SharingConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            _ = await _processor.WaitForLossAsync(cancellationToken).ConfigureAwait(false);
            _ = await connection.TrySendAsync(
                new SharingPacket { State = Describe(null, isLost: true) }, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The connection or the processor is no more.
        }
    }

    private SharedState Describe(RemoteProcessorStateChange? change, bool isLost = false)
    {
        // The count before the state: a change that falls between the two is told again, and is none then.
        long changes = change?.Number ?? _processor.ChangeCount;
        RemoteCrash? crash = change?.Crash ?? _processor.LastCrash;
        ResourceTable? table = _processor.Table;
        return new SharedState
        {
            Name = _processor.Name,
            Program = SharedProgram.Name,
            Process = Environment.ProcessId,
            State = change?.To ?? _processor.State,
            From = change?.From,
            Changes = changes,
            IsLost = isLost,
            Capabilities = _processor.Capabilities,
            StartCount = _processor.StartCount,
            CrashCount = _processor.CrashCount,
            LastCrash = crash is null ? null : new SharedCrash(crash.Kind, crash.Message, crash.Time, crash.Number),
            LastCoreDump = _processor.LastCoreDump,
            Firmware = _processor.Image is { } image
                ? new SharedFirmware(image.FormatName, image.EntryPoint.Value) : null,
            Table = table?.Bytes.Length <= SharedState.MaxTableBytes ? table.Bytes.ToArray() : null,
            Links = _links.Snapshot(),
            Sharing = _counters.Snapshot,
        };
    }

    private async Task OperateAsync(
        SharingConnection connection,
        SharingRequest request,
        CancellationToken cancellationToken)
    {
        StopOutcome? outcome = null;
        using var gone = new ConnectionWatch(connection, cancellationToken);
        try
        {
            outcome = await OperateAsync(request, gone.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (gone.IsGone)
        {
            return; // Nobody is left to be told.
        }

        var done = new SharedDone(outcome, _processor.ChangeCount);
        _ = await connection.TrySendAsync(new SharingPacket { Done = done }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does it. What makes the processor go up is cancelled when who asked is gone; what makes it go down is
    /// done to its end: a stop that is cancelled leaves a processor that nobody knows the state of.</summary>
    private async ValueTask<StopOutcome?> OperateAsync(SharingRequest request, CancellationToken cancellationToken)
    {
        switch (request.Verb)
        {
            case SharingVerb.Load:
                await _processor.LoadAsync(request.Path!, cancellationToken).ConfigureAwait(false);
                return null;
            case SharingVerb.Start:
                await _processor.StartAsync(cancellationToken).ConfigureAwait(false);
                return null;
            case SharingVerb.Stop:
                return await _processor.StopAsync(CancellationToken.None).ConfigureAwait(false);
            case SharingVerb.Shutdown:
                await _processor.ShutdownAsync(CancellationToken.None).ConfigureAwait(false);
                return null;
            case SharingVerb.Suspend:
                await _processor.SuspendAsync(cancellationToken).ConfigureAwait(false);
                return null;
            case SharingVerb.Resume:
                await _processor.ResumeAsync(cancellationToken).ConfigureAwait(false);
                return null;
            case SharingVerb.Attach:
                await _processor.AttachAsync(cancellationToken).ConfigureAwait(false);
                return null;
            case SharingVerb.Detach:
                await _processor.DetachAsync(CancellationToken.None).ConfigureAwait(false);
                return null;
            case SharingVerb.Recover:
                await _processor.RecoverAsync(cancellationToken).ConfigureAwait(false);
                return null;
            default:
                throw new InvalidDataException($"\"{request.Do}\" is nothing that can be done to a processor");
        }
    }

    private async Task DumpAsync(SharingConnection connection, CancellationToken cancellationToken)
    {
        using var gone = new ConnectionWatch(connection, cancellationToken);
        var stream = new PacketStream(connection, _options.DumpStallTimeout, _counters);
        await using (stream.ConfigureAwait(false))
        {
            await _processor.DumpAsync(stream, gone.Token).ConfigureAwait(false);
            await stream.FlushAsync(gone.Token).ConfigureAwait(false);
        }

        _ = await connection.TrySendAsync(new SharingPacket { Done = new SharedDone() }, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task TraceAsync(SharingConnection connection, string name, CancellationToken cancellationToken)
    {
        bool fits = _counters.TryEnterTrace(_options.MaxTraces);
        try
        {
            if (!fits)
            {
                throw new SharingException($"{_options.MaxTraces} traces of this processor are followed already "
                    + "(SharingOptions.MaxTraces). End one.");
            }

            using var gone = new ConnectionWatch(connection, cancellationToken);
            using TraceFollower follower = _processor.FollowTrace(name);
            await foreach (TraceLine line in follower.ReadLinesAsync(gone.Token).ConfigureAwait(false))
            {
                var told = new SharedLine(line.ArrivedAt, line.Text, line.Flags, line.LostBytes, line.LostLines);
                if (!await connection.TrySendAsync(new SharingPacket { Line = told }, gone.Token)
                    .ConfigureAwait(false))
                {
                    return;
                }
            }

            _ = await connection.TrySendAsync(new SharingPacket { Done = new SharedDone() }, gone.Token)
                .ConfigureAwait(false);
        }
        finally
        {
            _counters.LeaveTrace();
        }
    }
}
