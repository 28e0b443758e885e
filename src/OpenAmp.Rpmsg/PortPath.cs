// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>An endpoint's port: opening and closing it, and handing on what it receives.</summary>
/// <remarks>One loop reads the port and one sends what could not be sent at once; both are asynchronous and have no
/// thread. Messages lie in buffers of this process, which are used as a ring's are.</remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The source of its token has no timer and is cancelled when the path ends; nothing is held.")]
internal sealed partial class PortPath : MessagePath
{
    /// <summary>Buffers for each way: enough to work on some while others are on their way, and bounded.</summary>
    private const int BufferCount = 16;

    [ThreadStatic]
    private static bool _isDelivering;

    private readonly CarrierLink _link;
    private readonly CancellationTokenSource _ended = new();
    private readonly AsyncSignal _room = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards the buffers of both ways, the lines of SendPath, and the fields below.
    private readonly Lock _gate = new();
    private readonly PortBuffers _received;
    private readonly LeaseBook _held = new(BufferCount, typeof(RpmsgHeldBuffer));
    private volatile RpmsgPort? _port;
    private volatile bool _isEnded;
    private int _isOpen;
    private Task? _opening;
    private Task _receiving = Task.CompletedTask;

    public PortPath(CarrierLink link, RpmsgPortRequest request)
    {
        _link = link;
        Request = request;
        MaxPayloadBytes = Math.Min(link.Carrier.MaxPayloadBytes, (int)RpmsgHeader.MaxPayloadBytes);
        _received = new PortBuffers(BufferCount, MaxPayloadBytes);
        _free = new PortBuffers(BufferCount, MaxPayloadBytes);
        link.Counters.AddFree(BufferCount);
    }

    /// <summary>Whether the calling thread is within a message handler.</summary>
    public static bool IsDelivering => _isDelivering;

    /// <summary>Whose path it is. Set once, when the endpoint has been made.</summary>
    public RpmsgEndpoint Endpoint { get; set; } = null!;

    /// <summary>What the endpoint asked for; the peer's address may have been learned since.</summary>
    public RpmsgPortRequest Request { get; }

    /// <summary>The port, while it is open and after.</summary>
    public RpmsgPort? Port => _port;

    /// <summary>Whether the port is open, or has been.</summary>
    public bool IsOpen => Interlocked.CompareExchange(ref _isOpen, 0, 0) != 0;

    /// <summary>Completes when the port is closed.</summary>
    public Task Closed => _closed.Task;

    public override int MaxPayloadBytes { get; }

    /// <summary>Opens the port, once. Fails as the carrier does, and the endpoint ends with it.</summary>
    public Task OpenAsync()
    {
        lock (_gate)
        {
            return _opening ??= Observe(Task.Run(OpenOnceAsync));
        }
    }

    public override bool TryHold(in RpmsgBuffer buffer, out BufferLease lease)
    {
        lock (_gate)
        {
            bool allowed = _held.LentCount < BufferCount * 3 / 4;
            lease = allowed ? _held.Lend(buffer) : default;
            _link.Counters.AddHeld(allowed ? 1 : 0);
            return allowed;
        }
    }

    public override void GiveBackHeld(in BufferLease lease)
    {
        lock (_gate)
        {
            _held.End(lease);
            _received.GiveBack(lease.Buffer);
        }

        _link.Counters.AddHeld(-1);
    }

    public override bool IsHeldCurrent(in BufferLease lease) => _held.IsCurrent(lease);

    public override void Wake() => _room.Set();

    public override void AskToLeave()
    {
        // The gate is left after each message.
    }

    public override void End(RpmsgCloseReason reason)
    {
        lock (_gate)
        {
            _isEnded = true;
        }

        EndSending();
        _room.Set();
        _ = Task.Run(CloseAsync);
    }

    public override RpmsgClosedException BrokenException() => _port?.Ending ?? Endpoint.ClosedException();

    private static Task Observe(Task task)
    {
        // Nobody need wait for it: the endpoint ends with it.
        _ = task.ContinueWith(
            static failed => failed.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        return task;
    }

    private async Task OpenOnceAsync()
    {
        RpmsgPort? port = null;
        try
        {
            RpmsgPortRequest request = Request with { RemoteAddress = Endpoint.RemoteAddress };
            port = await _link.Carrier.OpenPortAsync(request, _ended.Token).ConfigureAwait(false);
            Endpoint.LocalAddress = port.LocalAddress;
            TakePort(port);
        }
        catch (Exception exception)
        {
            if (port is not null)
            {
                await port.DisposeAsync().ConfigureAwait(false);
            }

            EndEndpoint(exception);
            throw;
        }

        if (port.RemoteAddress is var remote and not RpmsgAddress.Any)
        {
            _ = Endpoint.Bind(remote);
        }

        // Open before the address is looked at, and whoever learns the address looks whether it is open after that: one
        // of the two reports it.
        Interlocked.Exchange(ref _isOpen, 1);
        if (Endpoint.RemoteAddress != RpmsgAddress.Any)
        {
            Endpoint.ReportRemote();
        }
        else
        {
            _ = Observe(LearnRemoteAsync(port));
        }
    }

    private void TakePort(RpmsgPort port)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                throw Endpoint.ClosedException();
            }

            _port = port;
            _receiving = Task.Run(() => ReceiveAsync(port));
        }

        StartSending();
    }

    private async Task LearnRemoteAsync(RpmsgPort port)
    {
        uint remote = await port.WaitForRemoteAsync(_ended.Token).ConfigureAwait(false);
        _ = remote != RpmsgAddress.Any && Endpoint.Bind(remote);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the port throws ends the endpoint with it.")]
    private async Task ReceiveAsync(RpmsgPort port)
    {
        try
        {
            while (!_isEnded)
            {
                RpmsgBuffer buffer = TakeReceiveBuffer();
                RpmsgPortMessage message = await port.ReceiveAsync(_received.PayloadOf(buffer), _ended.Token)
                    .ConfigureAwait(false);
                _link.Counters.CountReceived(message.LengthBytes);
                DeliveryOutcome outcome = Deliver(buffer, message);
                while (outcome == DeliveryOutcome.Stalled && !_isEnded)
                {
                    await _room.WaitAsync().ConfigureAwait(false);
                    outcome = Deliver(buffer, message);
                }

                if (outcome != DeliveryOutcome.Held)
                {
                    GiveBack(buffer);
                }
            }
        }
        catch (Exception exception)
        {
            EndEndpoint(exception);
        }
    }

    /// <summary>Ends the endpoint because its port failed or ended; does nothing when the endpoint has ended.</summary>
    private void EndEndpoint(Exception exception)
    {
        if (!_isEnded)
        {
            RpmsgCloseReason reason = (exception as RpmsgClosedException)?.Reason ?? RpmsgCloseReason.CarrierFailed;
            if (reason == RpmsgCloseReason.CarrierFailed)
            {
                Log.PortFailed(_link.Logger, exception, _link.Name, Endpoint.Describe(), _link.Carrier.Description);
            }

            _ = Endpoint.Close(reason, exception);
        }
    }

    private DeliveryOutcome Deliver(in RpmsgBuffer buffer, in RpmsgPortMessage message)
    {
        var delivery = new RpmsgDelivery
        {
            HoldsBuffer = true,
            Source = message.Source == RpmsgAddress.Any ? Endpoint.RemoteAddress : message.Source,
            Destination = Endpoint.LocalAddress,
            LengthBytes = checked((ushort)message.LengthBytes),
        };
        delivery.BufferPlace = buffer;
        Endpoint.Enter();
        _isDelivering = true;
        try
        {
            return Endpoint.Deliver(delivery);
        }
        finally
        {
            _isDelivering = false;
            Endpoint.Leave();
        }
    }

    private RpmsgBuffer TakeReceiveBuffer()
    {
        lock (_gate)
        {
            // A quarter of them the program cannot hold.
            return _received.TryTake(out RpmsgBuffer buffer)
                ? buffer
                : throw new InvalidOperationException("A port has no receive buffer left.");
        }
    }

    private void GiveBack(in RpmsgBuffer buffer)
    {
        lock (_gate)
        {
            _received.GiveBack(buffer);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A port that fails to close is reported, and gone.")]
    private async Task CloseAsync()
    {
        try
        {
            await _ended.CancelAsync().ConfigureAwait(false);
            await _receiving.ConfigureAwait(false);
            if (_port is { } port)
            {
                await port.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Log.PortFailed(_link.Logger, exception, _link.Name, Endpoint.Describe(), _link.Carrier.Description);
        }

        _link.OnPortClosed(Endpoint);
        _closed.TrySetResult();
    }
}
