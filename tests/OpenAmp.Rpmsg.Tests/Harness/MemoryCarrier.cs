// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>A carrier whose peer is the test.</summary>
internal sealed class MemoryCarrier : RpmsgCarrier
{
    public const int PayloadBytes = 496;

    private readonly Channel<RpmsgServiceChange> _changes = Channel.CreateUnbounded<RpmsgServiceChange>();
    private readonly TaskCompletionSource<RpmsgCloseReason> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ConcurrentQueue<MemoryPort> _opened = new();
    [SuppressMessage("Usage", "CA2213", Justification = "Who waits while it ends looks at it; it has no handle.")]
    private readonly SemaphoreSlim _isOpened = new(0);
    private uint _nextAddress = RpmsgAddress.FirstDynamic;

    /// <summary>What was asked of it, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>How many messages a port takes before it is full.</summary>
    public int Capacity { get; init; } = 256;

    public bool SendsAnywhere { get; init; }

    public bool OpensWithoutRemote { get; init; }

    /// <summary>The address that a port learns in the moment when it is first asked for it.</summary>
    public uint? RemoteWhenAsked { get; init; }

    /// <summary>What opening a port fails with.</summary>
    public Exception? OpenFailure { get; set; }

    /// <summary>Ends before a port opens.</summary>
    public Task MayOpen { get; set; } = Task.CompletedTask;

    public bool IsDisposed { get; private set; }

    public override string Description => "memory";

    public override VirtioRole Role => VirtioRole.Driver;

    public override int MaxPayloadBytes => PayloadBytes;

    public override Task<RpmsgCloseReason> Completion => _completion.Task;

    public uint NextAddress() => Interlocked.Increment(ref _nextAddress) - 1;

    public void Announce(string name, uint address) => _changes.Writer.TryWrite(new(name, address, false));

    public void Withdraw(string name, uint address) => _changes.Writer.TryWrite(new(name, address, true));

    public void FailWatch(Exception? exception) => _changes.Writer.Complete(exception);

    public void End(RpmsgCloseReason reason) => _completion.TrySetResult(reason);

    /// <summary>The next port that was opened.</summary>
    public async Task<MemoryPort> OpenedAsync(CancellationToken cancellationToken)
    {
        await _isOpened.WaitAsync(cancellationToken);
        return _opened.TryDequeue(out MemoryPort? port) ? port : throw new InvalidOperationException();
    }

    public override bool OpensUnbound(RpmsgPortRequest request) => OpensWithoutRemote;

    public override async ValueTask<RpmsgPort> OpenPortAsync(
        RpmsgPortRequest request,
        CancellationToken cancellationToken)
    {
        await MayOpen.WaitAsync(cancellationToken);
        if (OpenFailure is not null)
        {
            throw OpenFailure;
        }

        var port = new MemoryPort(this, request);
        Calls.Enqueue($"open {request.Name} 0x{port.LocalAddress:x} -> 0x{port.RemoteAddress:x}");
        _opened.Enqueue(port);
        _isOpened.Release();
        return port;
    }

    public override IAsyncEnumerable<RpmsgServiceChange> WatchAsync(CancellationToken cancellationToken)
        => _changes.Reader.ReadAllAsync(cancellationToken);

    public override ValueTask DisposeAsync()
    {
        Calls.Enqueue("dispose");
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
