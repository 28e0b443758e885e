// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>A port whose other end is the test: bounded the way out, unbounded the way in, as a kernel's.</summary>
internal sealed class MemoryPort(MemoryCarrier carrier, RpmsgPortRequest request)
    : RpmsgPort, IValueTaskSource<bool>
{
    private readonly Lock _gate = new();
    private readonly Queue<Slot> _incoming = new();
    private readonly Queue<Slot> _outgoing = new();
    private readonly Stack<Slot> _free = new();
    [SuppressMessage("Usage", "CA2213", Justification = "Who waits while it ends looks at it; it has no handle.")]
    private readonly SemaphoreSlim _arrived = new(0);
    [SuppressMessage("Usage", "CA2213", Justification = "Who waits while it ends looks at it; it has no handle.")]
    private readonly SemaphoreSlim _room = new(0);
    private readonly TaskCompletionSource<uint> _remote = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private bool _isReading;
    private uint _remoteAddress = request.RemoteAddress;
    private volatile RpmsgClosedException? _ending;

    public RpmsgPortRequest Request => request;

    public int ReadCount { get; private set; }

    public bool IsDisposed { get; private set; }

    public override uint LocalAddress { get; } =
        request.LocalAddress == RpmsgAddress.Any ? carrier.NextAddress() : request.LocalAddress;

    public override uint RemoteAddress => _remoteAddress;

    public override bool SendsAnywhere => carrier.SendsAnywhere;

    public override RpmsgClosedException? Ending => _ending;

    public override ValueTask<uint> WaitForRemoteAsync(CancellationToken cancellationToken)
    {
        _remoteAddress = carrier.RemoteWhenAsked ?? _remoteAddress;
        return carrier.RemoteWhenAsked is { } remote ? new(remote) : new(_remote.Task.WaitAsync(cancellationToken));
    }

    public override RpmsgPortSendResult TrySend(ReadOnlySpan<byte> payload, uint destination)
    {
        lock (_gate)
        {
            if (_ending is not null)
            {
                return RpmsgPortSendResult.Ended;
            }

            if (_outgoing.Count >= carrier.Capacity)
            {
                return RpmsgPortSendResult.Full;
            }

            _outgoing.Enqueue(Fill(payload, destination));
        }

        _arrived.Release();
        return RpmsgPortSendResult.Sent;
    }

    public override async ValueTask WaitToSendAsync(CancellationToken cancellationToken)
        => await _room.WaitAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<RpmsgPortMessage> ReceiveAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                if (_incoming.TryDequeue(out Slot? slot))
                {
                    slot.Payload.CopyTo(buffer.Span);
                    _free.Push(slot);
                    ReadCount++;
                    return new RpmsgPortMessage(slot.LengthBytes, slot.Address);
                }

                if (_ending is not null)
                {
                    throw _ending;
                }

                _core.Reset();
                _isReading = true;
            }

            _registration = cancellationToken.UnsafeRegister(static port => ((MemoryPort)port!).Wake(), this);
            _ = await new ValueTask<bool>(this, _core.Version);
        }
    }

    public override ValueTask DisposeAsync()
    {
        carrier.Calls.Enqueue($"close 0x{LocalAddress:x}");
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>A message from the peer.</summary>
    public void Arrive(ReadOnlySpan<byte> payload, uint source = RpmsgAddress.Any)
    {
        lock (_gate)
        {
            _incoming.Enqueue(Fill(payload, source));
        }

        Wake();
    }

    public void LearnRemote(uint address)
    {
        _remoteAddress = address;
        _remote.SetResult(address);
    }

    /// <summary>The peer's end of the port goes away.</summary>
    public void End(RpmsgCloseReason reason)
    {
        _ending = new RpmsgClosedException(reason, $"The port ended: {reason}.");
        Wake();
        _room.Release();
    }

    /// <summary>Takes the oldest message that was sent.</summary>
    public async Task<byte[]> TakeAsync(CancellationToken cancellationToken)
    {
        await _arrived.WaitAsync(cancellationToken);
        return Take().Payload.ToArray();
    }

    public Slot Take()
    {
        Slot slot;
        lock (_gate)
        {
            slot = _outgoing.Dequeue();
            _free.Push(slot);
        }

        _room.Release();
        return slot;
    }

    public bool GetResult(short token)
    {
        _registration.Dispose();
        return _core.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void Wake()
    {
        lock (_gate)
        {
            if (!_isReading)
            {
                return;
            }

            _isReading = false;
        }

        _core.SetResult(true);
    }

    private Slot Fill(ReadOnlySpan<byte> payload, uint address)
    {
        Slot slot = _free.TryPop(out Slot? free) ? free : new Slot();
        payload.CopyTo(slot.Bytes);
        slot.LengthBytes = payload.Length;
        slot.Address = address;
        return slot;
    }

    /// <summary>One message.</summary>
    internal sealed class Slot
    {
        public byte[] Bytes { get; } = new byte[MemoryCarrier.PayloadBytes];

        public int LengthBytes { get; set; }

        public uint Address { get; set; }

        public ReadOnlySpan<byte> Payload => Bytes.AsSpan(0, LengthBytes);
    }
}
