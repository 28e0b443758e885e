// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace OpenAmp.Rpmsg;

/// <summary>The messages that wait for an endpoint's reader. One writer, the link's thread; one reader at a
/// time.</summary>
/// <remarks>A wait allocates nothing: the queue is its own task source.</remarks>
internal sealed class ReceiveQueue : IValueTaskSource<bool>
{
    private readonly Lock _gate = new();
    private readonly Queue<RpmsgMessage> _messages = new();
    private readonly int _capacity;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellationToken;

    // Whether a wait may still be ended, and whether one has not been read to its end: until then there is no other.
    private bool _waiting;
    private bool _reading;
    private bool _completed;
    private bool _roomWanted;

    public ReceiveQueue(int capacity) => _capacity = capacity;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count;
            }
        }
    }

    /// <summary>Copies a message in. False when the queue is full, or has ended.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="wantRoom">Whether the writer wants to be told when there is room again.</param>
    public bool TryWrite(in RpmsgDelivery delivery, bool wantRoom)
    {
        bool wake;
        lock (_gate)
        {
            if (_completed || _messages.Count >= _capacity)
            {
                _roomWanted = wantRoom && !_completed;
                return false;
            }

            MessageBuffer buffer = MessageBuffer.Rent();
            buffer.Fill(delivery.Payload);
            _messages.Enqueue(new RpmsgMessage(buffer, delivery.LengthBytes, delivery.Source, delivery.Destination));
            wake = _waiting;
            _waiting = false;
        }

        if (wake)
        {
            _core.SetResult(true);
        }

        return true;
    }

    /// <summary>Takes a message out.</summary>
    /// <param name="message">The message.</param>
    /// <param name="madeRoom">Whether the writer asked to be told of this.</param>
    public bool TryRead(out RpmsgMessage message, out bool madeRoom)
    {
        lock (_gate)
        {
            bool read = _messages.TryDequeue(out message);
            madeRoom = read && _roomWanted;
            _roomWanted &= !read;
            return read;
        }
    }

    /// <summary>Waits until there is a message. False when the queue has ended and is empty.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        short version;
        lock (_gate)
        {
            if (_messages.Count > 0 || _completed)
            {
                return new ValueTask<bool>(_messages.Count > 0);
            }

            if (_reading)
            {
                throw new InvalidOperationException(
                    "Another receive is waiting on this endpoint already; an endpoint has one reader at a time.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            _waiting = true;
            _reading = true;
            version = _core.Version;
        }

        // The writer may end the wait before this; then the registration is disposed by GetResult all the same.
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static state => ((ReceiveQueue)state!).Cancel(), this);
        return new ValueTask<bool>(this, version);
    }

    /// <summary>Ends the queue: what is in it can still be read.</summary>
    /// <param name="discard">Whether it is thrown away instead.</param>
    public void Complete(bool discard)
    {
        bool wake;
        lock (_gate)
        {
            _completed = true;
            while (discard && _messages.TryDequeue(out RpmsgMessage message))
            {
                message.Dispose();
            }

            wake = _waiting;
            _waiting = false;
        }

        if (wake)
        {
            _core.SetResult(Count > 0);
        }
    }

    public bool GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _registration.Dispose();
            lock (_gate)
            {
                _core.Reset();
                _reading = false;
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _core.SetException(new OperationCanceledException(_cancellationToken));
    }
}
