// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <content>Calls of what is not ours: drivers, hooks, the system.</content>
public abstract partial class RemoteProcessor
{
    // Marks what a hook or a driver does while an operation waits for it: an operation that it asked for would wait for
    // its own end. What they leave running in the background keeps the mark, but no longer an active one.
    private readonly AsyncLocal<CallMark?> _call = new();

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
        if (!Capabilities.HasFlag(capability))
        {
            throw new NotSupportedException($"The driver of processor '{Name}' has no {capability}, which {operation} "
                + $"needs; it has {Capabilities}.");
        }
    }

    /// <summary>Calls what may block or never return, elsewhere. When it does not return
    /// <see cref="RemoteProcessorOptions.AbandonTimeout"/> after its token has ended, it is left alone.</summary>
    /// <param name="what">What people call it: the member that is called.</param>
    /// <param name="call">The call. An operation of this processor that it asks for is refused.</param>
    /// <param name="cancellationToken">Told to the call.</param>
    /// <returns>Completes when it has returned.</returns>
    /// <exception cref="RemoteProcessorException">It failed, or was left alone.</exception>
    /// <exception cref="FirmwareException">It said so; so with every exception that an operation promises.</exception>
    /// <exception cref="OperationCanceledException">The token ended, and so did the call.</exception>
    protected async ValueTask CallAsync(
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
                await task.WaitAsync(Options.AbandonTimeout, Options.TimeProvider, CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (TimeoutException error)
            {
                OnAbandoned($"Its driver did not come back from {what}.");
                throw new RemoteProcessorException($"The driver of processor '{Name}' did not come back from {what}, "
                    + $"{Options.AbandonTimeout} after it was told to give up. "
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

    /// <summary>A call was left alone: nobody knows what the processor does.</summary>
    /// <param name="message">What happened.</param>
    /// <remarks>It counts as crashed, unless an implementation knows better.</remarks>
    protected virtual void OnAbandoned(string message) => ReportCrash(CrashKind.Unresponsive, message);

    /// <summary>Calls a hook of the options, if there are any.</summary>
    /// <param name="call">Which.</param>
    /// <param name="cancellationToken">Told to the hook.</param>
    /// <returns>Completes when it has returned.</returns>
    /// <exception cref="RemoteProcessorException">It failed, or was left alone.</exception>
    /// <exception cref="OperationCanceledException">The token ended.</exception>
    protected async ValueTask HookAsync(
        Func<RemoteProcessorHooks, CancellationToken, ValueTask> call,
        CancellationToken cancellationToken)
    {
        if (Options.Hooks is { } hooks)
        {
            await CallAsync("a hook", token => call(hooks, token), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Calls a hook that does not keep a processor from being stopped: one that fails or takes longer than a
    /// stop may is logged.</summary>
    /// <param name="call">Which.</param>
    /// <param name="cancellationToken">Told to the hook.</param>
    /// <returns>Completes when it has returned, or its time is over.</returns>
    /// <exception cref="OperationCanceledException">The token ended.</exception>
    protected async ValueTask TryHookAsync(
        Func<RemoteProcessorHooks, CancellationToken, ValueTask> call,
        CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(Options.StopTimeout, Options.TimeProvider, cancellationToken);
        try
        {
            await HookAsync(call, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            Log.HookFailed(Options.Logger, Name, error);
        }
    }

    /// <summary>Waits for a turn: what an implementation does by itself, beside the operations.</summary>
    private protected ValueTask<OperationTurn> EnterAsync(bool preempts, CancellationToken cancellationToken)
        => _gate.EnterAsync(preempts, cancellationToken);

    private sealed class CallMark
    {
        public volatile bool IsActive;
    }
}
