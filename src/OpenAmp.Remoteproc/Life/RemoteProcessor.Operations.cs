// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>What a program tells a processor to do, and how operations take turns.</content>
public abstract partial class RemoteProcessor
{
    /// <summary>How long a stop may take in all: a hook and the driver have a stop's time each, and the firmware its
    /// own to answer in.</summary>
    protected TimeSpan StopTime
        => (2 * Options.StopTimeout) + (Options.GracefulShutdown?.Timeout ?? TimeSpan.Zero);

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
                Options.LoadTimeout,
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
            RemoteProcessorOperation.Start, Options.StartTimeout, StartCoreAsync, cancellationToken)
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
            RemoteProcessorOperation.Shutdown, Options.StopTimeout, ShutdownCoreAsync, cancellationToken);

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
            RemoteProcessorOperation.Suspend, Options.StopTimeout, SuspendCoreAsync, cancellationToken)
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
            RemoteProcessorOperation.Resume, Options.StartTimeout, ResumeCoreAsync, cancellationToken)
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
            RemoteProcessorOperation.Attach, Options.StartTimeout, AttachCoreAsync, cancellationToken)
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
            RemoteProcessorOperation.Detach, Options.StopTimeout, DetachCoreAsync, cancellationToken)
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
            StopTime + Options.DumpTimeout + Options.StartTimeout,
            RecoverCoreAsync,
            cancellationToken);

    /// <summary>Loads firmware: <see cref="LoadAsync(FirmwareStore, CancellationToken)"/>.</summary>
    /// <param name="store">The image; what is thrown makes the caller dispose it.</param>
    /// <param name="cancellationToken">Ends at the deadline, when the caller gives up, and when a stop comes.</param>
    /// <returns>Completes when that is done, and the state is what it leads to.</returns>
    protected abstract ValueTask LoadCoreAsync(FirmwareStore store, CancellationToken cancellationToken);

    /// <summary>Starts: <see cref="StartAsync"/>.</summary>
    /// <inheritdoc cref="LoadCoreAsync"/>
    protected abstract ValueTask StartCoreAsync(CancellationToken cancellationToken);

    /// <summary>Stops: <see cref="StopAsync"/>.</summary>
    /// <param name="cancellationToken">Ends at the deadline, and when the caller gives up.</param>
    /// <returns>How it came to stand still.</returns>
    protected abstract ValueTask<StopOutcome> StopCoreAsync(CancellationToken cancellationToken);

    /// <summary>Lets go of the firmware: <see cref="ShutdownAsync"/>.</summary>
    /// <inheritdoc cref="LoadCoreAsync"/>
    protected abstract ValueTask ShutdownCoreAsync(CancellationToken cancellationToken);

    /// <summary>Holds: <see cref="SuspendAsync"/>. Called when <see cref="Capabilities"/> has it.</summary>
    /// <inheritdoc cref="LoadCoreAsync"/>
    protected virtual ValueTask SuspendCoreAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(SuspendCoreAsync));

    /// <summary>Lets it go on: <see cref="ResumeAsync"/>. Called when <see cref="Capabilities"/> has it.</summary>
    /// <inheritdoc cref="LoadCoreAsync"/>
    protected virtual ValueTask ResumeCoreAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(ResumeCoreAsync));

    /// <summary>Joins: <see cref="AttachAsync"/>. Called when <see cref="Capabilities"/> has it.</summary>
    /// <inheritdoc cref="LoadCoreAsync"/>
    protected virtual ValueTask AttachCoreAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(AttachCoreAsync));

    /// <summary>Leaves: <see cref="DetachAsync"/>. Called when <see cref="Capabilities"/> has it.</summary>
    /// <inheritdoc cref="LoadCoreAsync"/>
    protected virtual ValueTask DetachCoreAsync(CancellationToken cancellationToken)
        => throw RemoteProcessorException.NotSupported(Name, nameof(DetachCoreAsync));

    /// <summary>Recovers: <see cref="RecoverAsync"/>.</summary>
    /// <inheritdoc cref="LoadCoreAsync"/>
    protected abstract ValueTask RecoverCoreAsync(CancellationToken cancellationToken);

    /// <summary>What people are told of an operation that took too long.</summary>
    protected virtual string LateAdvice => "Is the processor alive?";

    /// <summary>Looks what state the processor is in, when somebody else may have changed it: called in turn, before an
    /// operation is allowed or refused.</summary>
    /// <param name="cancellationToken">Ends when the caller gives up.</param>
    /// <returns>Completes when <see cref="State"/> is what it is now.</returns>
    protected virtual ValueTask RefreshAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Whether an operation is done in a state. By default what <see cref="RemoteProcessorTransitions"/>
    /// says; an implementation whose other side decides may allow more.</summary>
    /// <param name="state">The state.</param>
    /// <param name="operation">The operation.</param>
    /// <returns><see langword="false"/> to refuse it.</returns>
    protected virtual bool IsLegal(RemoteProcessorState state, RemoteProcessorOperation operation)
        => RemoteProcessorTransitions.TryGet(state, operation, out _);

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
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        RemoteProcessorState state = State;
        if (!IsLegal(state, operation))
        {
            throw RemoteProcessorStateException.For(Name, operation, state);
        }

        using var deadline = new Deadline(timeout, Options.TimeProvider, cancellationToken, turn.Preempted);
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
                    : $"{operation} of processor '{Name}' was not done within {timeout}. It is {State}. "
                        + $"{LateAdvice} The timeouts are in RemoteProcessorOptions.",
                error);
        }
    }
}
