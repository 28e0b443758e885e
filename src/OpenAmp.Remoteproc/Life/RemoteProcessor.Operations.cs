// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>What a program tells a processor to do, and how operations take turns.</content>
public sealed partial class RemoteProcessor
{
    // Marks what a hook or a driver does while an operation waits for it: an operation that it asked for would wait for
    // its own end. What they leave running in the background keeps the mark, but no longer an active one.
    private readonly AsyncLocal<CallMark?> _call = new();

    /// <summary>Loads firmware from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <returns>Completes when it is in memory, ready to start.</returns>
    /// <inheritdoc cref="LoadAsync(FirmwareStore, CancellationToken)"/>
    public async ValueTask LoadAsync(string path, CancellationToken cancellationToken)
        => await LoadAsync(FirmwareStore.FromFile(path), cancellationToken).ConfigureAwait(false);

    /// <summary>Loads firmware: checks it, allocates what it needs, and copies it to its place. What was loaded before
    /// stays when the new firmware is malformed or not trusted; it is let go before the new one takes its
    /// place.</summary>
    /// <param name="store">The image. It belongs to the processor from now on, also when this fails.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <returns>Completes when it is in memory, ready to start.</returns>
    /// <exception cref="FirmwareException">It cannot be loaded. When it is malformed nothing changes; when it does not
    /// fit the processor, the processor is offline.</exception>
    /// <exception cref="FirmwareAuthenticationException">It is not signed by whom it should be; not a byte of it has
    /// reached the processor's memory.</exception>
    /// <exception cref="RemoteProcessorStateException">The processor runs.</exception>
    /// <exception cref="RemoteProcessorException">The driver failed, or time ran out.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask LoadAsync(FirmwareStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            await OperateAsync(
                RemoteProcessorOperation.Load,
                _options.LoadTimeout,
                token => LoadCoreAsync(store, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts the loaded firmware, and brings its virtio devices up. After a stop, memory is loaded
    /// again first.</summary>
    /// <param name="cancellationToken">Ends the start; the processor is stopped then.</param>
    /// <returns>Completes when it runs and its links are up. Its firmware may not have announced anything
    /// yet.</returns>
    /// <exception cref="RemoteProcessorStateException">There is no firmware, or it runs already.</exception>
    /// <exception cref="RemoteProcessorException">The driver failed, the firmware crashed, or time ran out; the
    /// processor is stopped.</exception>
    /// <exception cref="FirmwareException">The image changed since it was loaded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the processor is stopped.</exception>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        ThrowUnless(DriverCapabilities.StartStop, nameof(StartAsync));
        await OperateAsync(
            RemoteProcessorOperation.Start, _options.StartTimeout, StartCoreAsync, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Stops the processor: asks its firmware to end, if it offers that, takes its devices down, and stops it
    /// by force if it must. An operation under way gives up first. Does nothing when it does not run.</summary>
    /// <param name="cancellationToken">Ends the waiting for the firmware's answer and for the driver.</param>
    /// <returns>How it came to stand still.</returns>
    /// <exception cref="RemoteProcessorStateException">It runs detached.</exception>
    /// <exception cref="RemoteProcessorException">The driver could not stop it; it counts as crashed, and may be
    /// stopped again.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; it counts as crashed unless it had stopped.</exception>
    public async ValueTask<StopOutcome> StopAsync(CancellationToken cancellationToken)
    {
        ThrowUnless(DriverCapabilities.StartStop, nameof(StopAsync));
        StopOutcome outcome = StopOutcome.NotRunning;
        await OperateAsync(
            RemoteProcessorOperation.Stop,
            StopTime,
            async token => outcome = await StopCoreAsync(token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Lets go of the firmware and everything allocated for it: the processor is offline then.</summary>
    /// <param name="cancellationToken">Ends the driver's part.</param>
    /// <returns>Completes when that is done.</returns>
    /// <exception cref="RemoteProcessorStateException">It runs.</exception>
    /// <exception cref="RemoteProcessorException">The driver failed; it is offline all the same.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; it is offline unless it had not begun.</exception>
    public ValueTask ShutdownAsync(CancellationToken cancellationToken)
        => OperateAsync(
            RemoteProcessorOperation.Shutdown,
            _options.StopTimeout,
            async token =>
            {
                try
                {
                    await ReleaseFirmwareAsync(token).ConfigureAwait(false);
                }
                finally
                {
                    // Whatever the driver did, the firmware is gone.
                    SetState(RemoteProcessorState.Offline);
                }
            },
            cancellationToken);

    /// <summary>Holds the processor where it is. Its links stay up; messages wait in their rings.</summary>
    /// <param name="cancellationToken">Ends the driver's part.</param>
    /// <returns>Completes when it stands still.</returns>
    /// <exception cref="RemoteProcessorStateException">It does not run.</exception>
    /// <exception cref="RemoteProcessorException">The driver failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask SuspendAsync(CancellationToken cancellationToken)
    {
        ThrowUnless(DriverCapabilities.SuspendResume, nameof(SuspendAsync));
        await OperateAsync(
            RemoteProcessorOperation.Suspend, _options.StopTimeout, SuspendCoreAsync, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Lets a suspended processor go on.</summary>
    /// <param name="cancellationToken">Ends the driver's part.</param>
    /// <returns>Completes when it runs.</returns>
    /// <exception cref="RemoteProcessorStateException">It is not suspended.</exception>
    /// <exception cref="RemoteProcessorException">The driver failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        ThrowUnless(DriverCapabilities.SuspendResume, nameof(ResumeAsync));
        await OperateAsync(
            RemoteProcessorOperation.Resume, _options.StartTimeout, ResumeCoreAsync, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Joins a processor that already runs: reads its live table and brings its virtio devices up.</summary>
    /// <param name="cancellationToken">Ends the attach; it is left running then.</param>
    /// <returns>Completes when its links are up.</returns>
    /// <exception cref="RemoteProcessorStateException">It is not detached.</exception>
    /// <exception cref="FirmwareException">Its table is malformed, or asks for what is not there.</exception>
    /// <exception cref="RemoteProcessorException">The driver failed, or time ran out.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask AttachAsync(CancellationToken cancellationToken)
    {
        ThrowUnless(DriverCapabilities.AttachDetach, nameof(AttachAsync));
        await OperateAsync(
            RemoteProcessorOperation.Attach, _options.StartTimeout, AttachCoreAsync, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Leaves a processor running without us: takes its devices down and puts its table back as it was.
    /// </summary>
    /// <param name="cancellationToken">Ends the driver's part.</param>
    /// <returns>Completes when that is done.</returns>
    /// <exception cref="RemoteProcessorStateException">It is not attached, and did not crash while it was.</exception>
    /// <exception cref="RemoteProcessorException">The driver failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask DetachAsync(CancellationToken cancellationToken)
    {
        ThrowUnless(DriverCapabilities.AttachDetach, nameof(DetachAsync));
        await OperateAsync(
            RemoteProcessorOperation.Detach, _options.StopTimeout, DetachCoreAsync, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Recovers a processor that crashed, whatever the policy says: stops, dumps, loads and starts
    /// it.</summary>
    /// <param name="cancellationToken">Ends the recovery.</param>
    /// <returns>Completes when it runs again.</returns>
    /// <exception cref="RemoteProcessorStateException">It has not crashed, or nothing was loaded here.</exception>
    /// <exception cref="RemoteProcessorException">It could not be; it stays crashed.</exception>
    /// <exception cref="FirmwareException">The image changed since it was loaded; it stays crashed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; it stays crashed.</exception>
    public ValueTask RecoverAsync(CancellationToken cancellationToken)
        => OperateAsync(
            RemoteProcessorOperation.Recover,
            StopTime + _options.DumpTimeout + _options.StartTimeout,
            RecoverCoreAsync,
            cancellationToken);

    private async ValueTask OperateAsync(
        RemoteProcessorOperation operation,
        TimeSpan timeout,
        Func<CancellationToken, ValueTask> work,
        CancellationToken cancellationToken)
    {
        ThrowIfInside(operation);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        bool preempts = operation == RemoteProcessorOperation.Stop;
        using OperationTurn turn = await _gate.EnterAsync(preempts, cancellationToken).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        RemoteProcessorState state = State;
        if (!RemoteProcessorTransitions.TryGet(state, operation, out _))
        {
            throw RemoteProcessorStateException.For(Name, operation, state);
        }

        using var deadline = new Deadline(timeout, _options.TimeProvider, cancellationToken, turn.Preempted);
        try
        {
            await work(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new RemoteProcessorException(
                turn.Preempted.IsCancellationRequested
                    ? $"{operation} of processor '{Name}' gave up, because it was stopped meanwhile. It is {State}."
                    : $"{operation} of processor '{Name}' was not done within {timeout}. It is {State}. Is the "
                        + "processor alive? The timeouts are in RemoteProcessorOptions.",
                error);
        }
    }

    private void ThrowIfInside(RemoteProcessorOperation operation)
    {
        if (_call.Value is { IsActive: true })
        {
            throw new InvalidOperationException($"{operation} of processor '{Name}' was asked for by a hook or driver "
                + "that an operation of the same processor waits for. Ask for it from elsewhere, without waiting.");
        }
    }

    private void ThrowUnless(DriverCapabilities capability, string operation)
    {
        if (!Can(capability))
        {
            throw new NotSupportedException($"The driver of processor '{Name}' has no {capability}, which {operation} "
                + $"needs; it has {_driver.Capabilities}.");
        }
    }

    /// <summary>Calls the driver. When it does not return long after its token has ended, it is left alone.</summary>
    private async ValueTask CallAsync(
        string what,
        Func<CancellationToken, ValueTask> call,
        CancellationToken cancellationToken)
    {
        // Elsewhere, so that a driver that blocks does not hold us.
        Task task = Task.Run(() => CallMarkedAsync(what, call, cancellationToken), CancellationToken.None);
        try
        {
            await task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!task.IsCompleted)
        {
            try
            {
                await task.WaitAsync(_options.AbandonTimeout, _options.TimeProvider, CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (TimeoutException error)
            {
                _run?.ReportCrash(CrashKind.Unresponsive, $"Its driver did not come back from {what}.");
                throw new RemoteProcessorException($"The driver of processor '{Name}' did not come back from {what}, "
                    + $"{_options.AbandonTimeout} after it was told to give up. "
                    + "Nobody knows what the processor does.", error);
            }

            // It finished after all; but nobody wants it any more.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task CallMarkedAsync(
        string what,
        Func<CancellationToken, ValueTask> call,
        CancellationToken cancellationToken)
    {
        var mark = new CallMark { IsActive = true };
        _call.Value = mark;
        try
        {
            await call(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsUnexpected(error, cancellationToken))
        {
            throw new RemoteProcessorException($"Processor '{Name}' failed in {what}: {error.GetType().Name}: "
                + error.Message, error);
        }
        finally
        {
            mark.IsActive = false;
        }
    }

    // What a driver throws that the caller was not promised; a cancellation that nobody asked for is one.
    private static bool IsUnexpected(Exception error, CancellationToken cancellationToken)
        => error is OperationCanceledException
            ? !cancellationToken.IsCancellationRequested
            : error is not (RemoteProcessorException or FirmwareException or FirmwareAuthenticationException
                or OutOfMemoryException);

    // A hook and the driver have a stop's time each, and the firmware its own to answer in.
    private TimeSpan StopTime
        => (2 * _options.StopTimeout) + (_options.GracefulShutdown?.Timeout ?? TimeSpan.Zero);

    private sealed class CallMark
    {
        public volatile bool IsActive;
    }
}
