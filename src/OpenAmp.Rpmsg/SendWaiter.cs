// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace OpenAmp.Rpmsg;

/// <summary>Somebody who waits for a transmit buffer. Reused, so that waiting allocates nothing.</summary>
internal sealed class SendWaiter : IValueTaskSource<BufferLease>
{
    private ManualResetValueTaskSourceCore<BufferLease> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private LinkEngine? _engine;
    private CancellationToken _cancellationToken;

    /// <summary>Neighbours in the line; the engine's.</summary>
    public SendWaiter? Next { get; set; }

    public SendWaiter? Previous { get; set; }

    /// <summary>Whether it stands in the line; the engine's.</summary>
    public bool IsQueued { get; set; }

    public static SendWaiter Rent() => RecycleBin<SendWaiter>.TryTake() ?? new SendWaiter();

    /// <summary>Begins to listen to the token. Called once the waiter stands in the line.</summary>
    public ValueTask<BufferLease> WaitAsync(LinkEngine engine, CancellationToken cancellationToken)
    {
        short version = _core.Version;
        _engine = engine;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static state => ((SendWaiter)state!).Cancel(), this);
        return new ValueTask<BufferLease>(this, version);
    }

    public void Complete(in BufferLease lease) => _core.SetResult(lease);

    public void Fail(Exception exception) => _core.SetException(exception);

    /// <summary>Puts a waiter aside whose task nobody will await.</summary>
    public void Recycle() => RecycleBin<SendWaiter>.Give(this);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    public BufferLease GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // Waits for a cancellation that is under way, so that it cannot hit the waiter's next use.
            _registration.Dispose();
            _engine = null;
            _core.Reset();
            Recycle();
        }
    }

    private void Cancel()
    {
        if (_engine is { } engine && engine.TryCancel(this))
        {
            _core.SetException(new OperationCanceledException(_cancellationToken));
        }
    }
}
