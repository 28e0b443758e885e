// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Remoteproc;

/// <content>Who watches that a run lives, and how its firmware is asked to end.</content>
internal sealed partial class DrivenProcessor
{
    private ShutdownService? _shutdown;
    private StateWatch? _stateWatch;

    private void StartWatches(RemoteRun run)
    {
        _shutdown = null;
        _stateWatch = null;
        if (LiveState is { } state)
        {
            _stateWatch = new StateWatch(state, run, Options.TimeProvider);
            run.Watch(_stateWatch.WatchAsync(run.Ended));
        }

        if (run.Links.Count > 0)
        {
            RpmsgLink link = run.Links[0];
            if (Options.GracefulShutdown is { } graceful)
            {
                _shutdown = new ShutdownService(graceful);
                run.Watch(_shutdown.AcceptAsync(link, run.Ended));
            }

            if (Options.Heartbeat is { } heartbeat)
            {
                run.Watch(new HeartbeatWatch(heartbeat, run, Options.TimeProvider).WatchAsync(link, run.Ended));
            }
        }

        if (Options.Watchdog is { } watchdog)
        {
            run.Watch(new WatchdogWatch(watchdog, run, Options.TimeProvider)
                .WatchAsync(FindCounter(watchdog), run.Ended));
        }
    }

    private SharedRegion FindCounter(WatchdogOptions watchdog)
    {
        DeviceAddress? address = watchdog.Counter ?? StateCounter;
        return address is { } word && word.IsAlignedTo(sizeof(uint))
            && Memory.TryTranslate(word, sizeof(uint), out SharedRegion place)
            ? place
            : throw new RemoteProcessorException($"Processor '{Name}' is to be watched by a counter, but there is "
                + "none: "
                + (address is null
                    ? "its table has no processor state entry, and WatchdogOptions.Counter names no address."
                    : $"0x{address.Value.Value:x8} is not an aligned word of its memory."));
    }

    private SharedRegion? LivePlace => _attachedTable is null ? _firmware?.LiveTable : _tablePlace;

    private LiveProcessorState? LiveState
        => LivePlace is { } place ? Table?.ProcessorState?.CreateLive(place) : null;

    private DeviceAddress? StateCounter
        => LivePlace is { } live && Table?.ProcessorState is { } state
            ? live.Address.Plus(state.OffsetBytes + ProcessorStateItem.HeartbeatOffset)
            : null;

    private async ValueTask<StopOutcome> AskToEndAsync(RemoteRun run, CancellationToken cancellationToken)
    {
        if (Options.GracefulShutdown is not { } graceful || run.IsSuspended)
        {
            return StopOutcome.Stopped;
        }

        bool? hasAnswered = _shutdown is { } service
            ? await service.TryAskAsync(Options.TimeProvider, cancellationToken).ConfigureAwait(false)
            : null;
        if (hasAnswered is null && _stateWatch is { } state)
        {
            hasAnswered = await state.AskAsync(graceful.Timeout, cancellationToken).ConfigureAwait(false);
        }

        if (hasAnswered == false)
        {
            Log.ShutdownIgnored(Options.Logger, Name, graceful.Timeout);
        }

        return hasAnswered switch
        {
            true => StopOutcome.Acknowledged,
            false => StopOutcome.ForcedAfterDeadline,
            _ => StopOutcome.Stopped,
        };
    }
}
