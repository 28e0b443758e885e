// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

// The sending half. A port's room cannot be reserved, so what is sent while there is none waits in an outbox, in
// order; the outbox's messages lie in the path's few buffers, and who finds none of those waits for one.
internal sealed partial class PortPath
{
    private readonly PortBuffers _free;
    private readonly LeaseBook _lent = new(BufferCount, typeof(RpmsgSendBuffer));
    private readonly AsyncSignal _outboxFilled = new();

    // Those who wait for a buffer, and messages that wait for room.
    private WaiterLine _waiters;
    private WaiterLine _outbox;
    private TaskCompletionSource? _drained;
    private bool _isSending;

    public override RpmsgSendResult TrySend(
        uint source,
        uint destination,
        ReadOnlySpan<byte> payload,
        bool flush)
    {
        ThrowIfElsewhere(source, destination);
        if (payload.Length > MaxPayloadBytes)
        {
            return RpmsgSendResult.TooLong;
        }

        lock (_gate)
        {
            if (_isEnded)
            {
                return RpmsgSendResult.Broken;
            }

            // Who comes later does not overtake those who wait.
            return _waiters.First is null && _outbox.First is null && _port is { } port
                ? SendNow(port, payload, destination)
                : RpmsgSendResult.NoBuffer;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(
        RpmsgEndpoint endpoint,
        ReadOnlyMemory<byte> payload,
        uint source,
        uint destination,
        CancellationToken cancellationToken)
    {
        BufferLease lease = await RentAsync(cancellationToken).ConfigureAwait(false);
        payload.CopyTo(_free.PayloadOf(lease.Buffer));
        SendWaiter message = SendWaiter.Rent();
        if (!TryPost(message, lease, destination, payload.Length, isAwaited: true))
        {
            message.Recycle();
            throw BrokenException();
        }

        // Cancelled in time it leaves the outbox unsent.
        ValueTask<BufferLease> wait = message.WaitAsync(this, cancellationToken);
        _outboxFilled.Set();
        _ = await wait.ConfigureAwait(false);
    }

    public override void Flush()
    {
        // Each message is sent at once.
    }

    public override RpmsgSendResult TryRent(out BufferLease lease)
    {
        lock (_gate)
        {
            lease = default;
            return _isEnded ? RpmsgSendResult.Broken
                : _waiters.First is null && TryLend(out lease) ? RpmsgSendResult.Sent
                : RpmsgSendResult.NoBuffer;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<BufferLease> RentAsync(CancellationToken cancellationToken)
    {
        SendWaiter waiter = SendWaiter.Rent();
        if (TryRentOrWait(waiter, out RpmsgSendResult result, out BufferLease lease))
        {
            return await waiter.WaitAsync(this, cancellationToken).ConfigureAwait(false);
        }

        waiter.Recycle();
        return result == RpmsgSendResult.Sent ? lease : throw BrokenException();
    }

    public override bool TryCancel(SendWaiter waiter)
    {
        lock (_gate)
        {
            if (!waiter.IsQueued)
            {
                return false;
            }

            if (!waiter.IsMessage)
            {
                _waiters.Unlink(waiter);
                return true;
            }

            _outbox.Unlink(waiter);
            TakeBack(waiter.Lease);
        }

        ServeWaiters();
        return true;
    }

    public override RpmsgSendResult SendRented(in BufferLease lease, uint source, uint destination, int lengthBytes)
    {
        if (destination == RpmsgAddress.Any)
        {
            return RpmsgSendResult.NoDestination;
        }

        ThrowIfElsewhere(source, destination);
        if ((uint)lengthBytes > lease.Buffer.PayloadCapacityBytes)
        {
            return RpmsgSendResult.TooLong;
        }

        SendWaiter message = SendWaiter.Rent();
        if (!TryPost(message, lease, destination, lengthBytes, isAwaited: false))
        {
            message.Recycle();
            return RpmsgSendResult.Broken;
        }

        _outboxFilled.Set();
        return RpmsgSendResult.Sent;
    }

    public override void ReleaseUnsent(in BufferLease lease)
    {
        lock (_gate)
        {
            if (!_lent.IsCurrent(lease))
            {
                return;
            }

            _lent.End(lease);
            TakeBack(lease);
        }

        ServeWaiters();
    }

    public override bool IsLeaseCurrent(in BufferLease lease) => _lent.IsCurrent(lease);

    public override async ValueTask DrainAsync(TimeSpan limit)
    {
        Task drained;
        lock (_gate)
        {
            if (_outbox.First is null || _isEnded || IsDelivering)
            {
                return;
            }

            drained = (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await drained.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void ThrowIfElsewhere(uint source, uint destination)
    {
        // Its own address, or none before the port is open or when the carrier does not tell it.
        if (source != Endpoint.LocalAddress && source != RpmsgAddress.Any && Endpoint.LocalAddress != RpmsgAddress.Any)
        {
            throw new NotSupportedException(
                $"Endpoint {Endpoint.Describe()} sends from 0x{Endpoint.LocalAddress:x} only, not from 0x{source:x}: "
                + $"{_link.Carrier.Description} puts the source in itself. Create an endpoint with that address.");
        }

        if (destination != Endpoint.RemoteAddress && _port?.SendsAnywhere != true)
        {
            throw new NotSupportedException(
                $"Endpoint {Endpoint.Describe()} sends to 0x{Endpoint.RemoteAddress:x} only, not to "
                + $"0x{destination:x}: {_link.Carrier.Description} fixes the destination when an endpoint is opened. "
                + "Create an endpoint with that remote address.");
        }
    }

    /// <summary>Lends a free buffer, or puts the waiter in the line. True when it waits.</summary>
    private bool TryRentOrWait(SendWaiter waiter, out RpmsgSendResult result, out BufferLease lease)
    {
        lock (_gate)
        {
            result = TryRent(out lease);
            if (result == RpmsgSendResult.NoBuffer)
            {
                _waiters.Append(waiter);
                _link.Counters.CountSenderWait();
            }

            return result == RpmsgSendResult.NoBuffer;
        }
    }

    private bool TryLend(out BufferLease lease)
    {
        bool taken = _free.TryTake(out RpmsgBuffer buffer);
        lease = taken ? _lent.Lend(buffer) : default;
        _link.Counters.AddFree(taken ? -1 : 0);
        return taken;
    }

    private void TakeBack(in BufferLease lease)
    {
        _free.GiveBack(lease.Buffer);
        _link.Counters.AddFree(1);
    }

    /// <summary>Puts a filled buffer into the outbox. False when the path has ended; the buffer is back.</summary>
    private bool TryPost(SendWaiter message, in BufferLease lease, uint destination, int lengthBytes, bool isAwaited)
    {
        bool start;
        lock (_gate)
        {
            _lent.End(lease);
            if (_isEnded)
            {
                TakeBack(lease);
                return false;
            }

            message.SetMessage(lease, destination, lengthBytes, isAwaited);
            _outbox.Append(message);
            start = !_isSending && _port is not null;
            _isSending |= start;
        }

        if (start)
        {
            _ = Task.Run(SendOutboxAsync);
        }

        return true;
    }

    /// <summary>The port is open: sends what waits for that.</summary>
    private void StartSending()
    {
        lock (_gate)
        {
            if (_isSending || _outbox.First is null)
            {
                return;
            }

            _isSending = true;
        }

        _ = Task.Run(SendOutboxAsync);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the port throws ends the endpoint with it.")]
    private async Task SendOutboxAsync()
    {
        RpmsgPort port = _port!;
        try
        {
            while (!_isEnded)
            {
                switch (SendFirst(port))
                {
                    case RpmsgSendResult.Sent:
                        break;
                    case RpmsgSendResult.NoBuffer:
                        await port.WaitToSendAsync(_ended.Token).ConfigureAwait(false);
                        break;
                    case RpmsgSendResult.NoDestination:
                        await _outboxFilled.WaitAsync().ConfigureAwait(false);
                        break;
                    default:
                        throw BrokenException();
                }
            }
        }
        catch (Exception exception)
        {
            EndEndpoint(exception);
        }
    }

    /// <summary>Sends the outbox's first message. <see cref="RpmsgSendResult.NoDestination"/> when it is empty.
    /// </summary>
    private RpmsgSendResult SendFirst(RpmsgPort port)
    {
        SendWaiter? message;
        lock (_gate)
        {
            message = _outbox.First;
            if (message is null)
            {
                _drained?.TrySetResult();
                _drained = null;
                return RpmsgSendResult.NoDestination;
            }

            ReadOnlySpan<byte> payload = _free.PayloadOf(message.Lease.Buffer).Span[..message.LengthBytes];
            RpmsgSendResult result = SendNow(port, payload, message.Destination);
            if (result != RpmsgSendResult.Sent)
            {
                return result;
            }

            _outbox.Unlink(message);
            TakeBack(message.Lease);
        }

        message.CompleteMessage();
        ServeWaiters();
        return RpmsgSendResult.Sent;
    }

    private RpmsgSendResult SendNow(RpmsgPort port, ReadOnlySpan<byte> payload, uint destination)
    {
        switch (port.TrySend(payload, destination))
        {
            case RpmsgPortSendResult.Sent:
                _link.Counters.CountSent(payload.Length);
                return RpmsgSendResult.Sent;
            case RpmsgPortSendResult.Full:
                return RpmsgSendResult.NoBuffer;
            case RpmsgPortSendResult.TooLong:
                return RpmsgSendResult.TooLong;
            default:
                return RpmsgSendResult.Broken;
        }
    }

    private void ServeWaiters()
    {
        while (true)
        {
            SendWaiter waiter;
            BufferLease lease;
            lock (_gate)
            {
                if (_waiters.First is null || !TryLend(out lease))
                {
                    return;
                }

                waiter = _waiters.First;
                _waiters.Unlink(waiter);
            }

            waiter.Complete(lease);
        }
    }

    /// <summary>Ends every wait. Messages that nobody waits for and that were not sent are counted.</summary>
    private void EndSending()
    {
        int lost = 0;
        RpmsgClosedException ending = Endpoint.ClosedException();
        while (TakeWaiting(out SendWaiter? waiting))
        {
            if (waiting.IsMessage && !waiting.IsAwaited)
            {
                lost++;
                waiting.Recycle();
            }
            else
            {
                waiting.Fail(ending);
            }
        }

        lock (_gate)
        {
            _drained?.TrySetResult();
            _link.Counters.AddFree(-_free.FreeCount);
        }

        _outboxFilled.Set();
        if (lost > 0)
        {
            Log.OutboxLost(_link.Logger, _link.Name, Endpoint.Describe(), lost);
        }
    }

    private bool TakeWaiting([NotNullWhen(true)] out SendWaiter? waiting)
    {
        lock (_gate)
        {
            waiting = _outbox.First ?? _waiters.First;
            if (waiting is { IsMessage: true })
            {
                _outbox.Unlink(waiting);
            }
            else if (waiting is not null)
            {
                _waiters.Unlink(waiting);
            }

            return waiting is not null;
        }
    }
}
