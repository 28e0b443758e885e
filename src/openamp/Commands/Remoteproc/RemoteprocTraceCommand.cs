// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Devices;
using OpenAmp.Tool.Devices;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>The command <c>remoteproc trace</c>.</summary>
internal sealed class RemoteprocTraceCommand : ProcessorCommand
{
    private readonly Option<string?> _buffer = new("--buffer")
    {
        Description = "Only this trace buffer, such as trace0; all of them unless given.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _once = new("--once")
    {
        Description = "Print what the buffers hold now, and end. Of a kernel's processor that crashed and was not "
            + "recovered these are its last words.",
    };

    public RemoteprocTraceCommand()
        : base(
            "trace",
            "Follows the trace of a processor, and its state, until Ctrl-C; goes on after a restart. "
            + "Example: openamp remoteproc trace m4",
            defaultTimeoutSeconds: 0)
    {
        Options.Add(_buffer);
        Options.Add(_once);
        AddCommonOptions();
    }

    protected override bool EndsByInterruption => true;

    protected override async Task<RunResult> WorkAsync(
        DeviceRun run, FoundProcessor found, RemoteProcessor processor, CancellationToken cancellationToken)
    {
        IRunScreen screen = run.IsJson ? new JsonRunScreen() : new PlainRunScreen();
        string? buffer = run.Line.GetValue(_buffer);
        if (run.Line.GetValue(_once))
        {
            await (found.Kernel is { } info
                ? KernelTrace.PrintAsync(run.Root, info, buffer, screen, cancellationToken)
                : PrintAsync(processor, buffer, screen, cancellationToken)).ConfigureAwait(false);
            return RunResult.Ok;
        }

        run.WaitingFor = "the trace goes on; give --timeout 0 to follow it for ever";
        IAsyncEnumerator<RemoteProcessorStateChange> changes = processor.WatchAsync(cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (changes.ConfigureAwait(false))
        {
            bool runs = Runs(processor.State);
            if (!runs)
            {
                screen.Hint("waiting", $"{found.Selector} is {processor.State}; its trace comes when it runs");
            }

            do
            {
                if (runs)
                {
                    await FollowRunAsync(processor, buffer, screen, cancellationToken).ConfigureAwait(false);
                }

                runs = false;
                while (!runs && await changes.MoveNextAsync().ConfigureAwait(false))
                {
                    screen.State(changes.Current);
                    runs = Runs(changes.Current.To);
                }
            }
            while (runs);
        }

        return RunResult.Ok;
    }

    private static bool Runs(RemoteProcessorState state)
        => state is RemoteProcessorState.Running or RemoteProcessorState.Attached;

    private static async Task FollowRunAsync(
        RemoteProcessor processor, string? buffer, IRunScreen screen, CancellationToken cancellationToken)
    {
        var followers = new List<TraceFollower>();
        try
        {
            followers.AddRange(NamesOf(processor, buffer).Select(processor.FollowTrace));
            await Task.WhenAll(followers.Select(follower => PumpAsync(follower, screen, cancellationToken)))
                .ConfigureAwait(false);
        }
        catch (RemoteProcessorStateException)
        {
            // The run ended this moment; the change of state says so.
        }
        finally
        {
            followers.ForEach(follower => follower.Dispose());
        }
    }

    private static async Task PumpAsync(
        TraceFollower follower, IRunScreen screen, CancellationToken cancellationToken)
    {
        await foreach (TraceLine line in follower.ReadLinesAsync(cancellationToken).ConfigureAwait(false))
        {
            screen.Trace(follower.Origin, line);
        }
    }

    // What another program's processor has written so far comes at once; a pause ends it.
    private static async Task PrintAsync(
        RemoteProcessor processor, string? buffer, IRunScreen screen, CancellationToken cancellationToken)
    {
        foreach (string name in NamesOf(processor, buffer))
        {
            using TraceFollower follower = processor.FollowTrace(name);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            pause.CancelAfter(TimeSpan.FromMilliseconds(500));
            try
            {
                await PumpAsync(follower, screen, pause.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
            }
        }
    }

    private static string[] NamesOf(RemoteProcessor processor, string? buffer)
    {
        string[] names = [.. processor.Traces.Select(trace => trace.Name)];
        return names.Length == 0
            ? throw new ServiceFailedException($"'{processor.Name}' shows no trace buffer: its resource table "
                + "names none, or debugfs may not be read; sudo openamp remoteproc info says which")
            : buffer is null ? names
            : names.Contains(buffer) ? [buffer]
            : throw new ServiceFailedException($"'{processor.Name}' has no trace buffer '{buffer}'; it has "
                + string.Join(", ", names));
    }
}
