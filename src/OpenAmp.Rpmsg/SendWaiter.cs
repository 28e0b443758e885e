// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace OpenAmp.Rpmsg;

/// <summary>Somebody who waits for a transmit buffer, or a message of a port that waits for room. Reused, so that
/// waiting allocates nothing.</summary>
internal sealed class SendWaiter : IValueTaskSource<BufferLease>
{
    private ManualResetValueTaskSourceCore<BufferLease> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private MessagePath? _path;
    private CancellationToken _cancellationToken;

    /// <summary>Neighbours in the line; the engine's.</summary>
    public SendWaiter? Next { get; set; }

    public SendWaiter? Previous { get; set; }

    /// <summary>Whether it stands in the line; the engine's.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether it is a message.</summary>
    public bool IsMessage { get; private set; }

    /// <summary>Whether somebody waits until the message is sent.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Where the message lies.</summary>
    public BufferLease Lease { get; private set; }

    public uint Destination { get; private set; }

    public int LengthBytes { get; private set; }

    public static SendWaiter Rent() => RecycleBin<SendWaiter>.TryTake() ?? new SendWaiter();

    /// <summary>Begins to listen to the token. Called once the waiter stands in the line.</summary>
    public ValueTask<BufferLease> WaitAsync(MessagePath path, CancellationToken cancellationToken)
    {
        short version = _core.Version;
        _path = path;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static state => ((SendWaiter)state!).Cancel(), this);
        return new ValueTask<BufferLease>(this, version);
    }

    public void Complete(in BufferLease lease) => _core.SetResult(lease);

    public void Fail(Exception exception) => _core.SetException(exception);

    /// <summary>Makes it a message.</summary>
    public void SetMessage(in BufferLease lease, uint destination, int lengthBytes, bool isAwaited)
    {
        IsMessage = true;
        IsAwaited = isAwaited;
        Lease = lease;
        Destination = destination;
        LengthBytes = lengthBytes;
    }

    /// <summary>The message was sent.</summary>
    public void CompleteMessage()
    {
        if (IsAwaited)
        {
            Complete(default);
        }
        else
        {
            Recycle();
        }
    }

    /// <summary>Puts a waiter aside whose task nobody will await.</summary>
    public void Recycle()
    {
        IsMessage = false;
        RecycleBin<SendWaiter>.Give(this);
    }

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
            _path = null;
            _core.Reset();
            Recycle();
        }
    }

    private void Cancel()
    {
        if (_path is { } path && path.TryCancel(this))
        {
            _core.SetException(new OperationCanceledException(_cancellationToken));
        }
    }
}
