// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

/// <summary>A link on rings that this process serves: the rings, the thread that serves them, and the doorbell.
/// </summary>
internal sealed partial class RingLink : RpmsgLink
{
    private readonly LinkDoorbell _doorbell;
    private readonly IDisposable? _memoryOwner;
    private readonly EndpointDirectory _directory;

    private int _memoryReleased;
    private volatile bool _isShut;

    public RingLink(RpmsgLinkDescription description, RpmsgLinkOptions options, LinkEngine engine)
        : base(options)
    {
        _doorbell = description.Doorbell;
        _memoryOwner = description.MemoryOwner;
        _directory = new EndpointDirectory(options.FirstDynamicAddress);
        _spinTime = options.MaxSpinTime;
        Role = description.Role;
        Engine = engine;
        engine.Link = this;
        _thread = new Thread(RunThread) { IsBackground = true, Name = $"rpmsg {options.Name}" };
    }

    public override VirtioRole Role { get; }

    public override int MaxPayloadBytes => Engine.MaxPayloadBytes;

    public override int EndpointCount => _directory.Count;

    internal LinkEngine Engine { get; }

    internal bool IsEnded => CloseReason != RpmsgCloseReason.None;

    public override RpmsgLinkStatistics GetStatistics()
    {
        var statistics = new RpmsgLinkStatistics
        {
            ThreadWaits = _threadWaits,
            DroppedQueueFull = DroppedQueueFull,
            DroppedNoEndpoint = _droppedNoEndpoint,
            DroppedAnnouncements = DroppedAnnouncements,
        };
        Engine.Collect(ref statistics);
        return statistics;
    }

    public override async ValueTask DisposeAsync()
    {
        bool onLinksThread = Environment.CurrentManagedThreadId == _thread.ManagedThreadId;
        await DisposeEndpointsAsync().ConfigureAwait(false);
        if (TryBegin())
        {
            // Never started: there is no thread to do it.
            Close(RpmsgCloseReason.Disposed);
            Shut();
            _threadEnded.TrySetResult();
            return;
        }

        _stopRequested = true;
        Wake();
        if (!onLinksThread)
        {
            await _threadEnded.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Wakes the link's thread.</summary>
    internal void Wake()
    {
        _interrupt = true;
        if (!_isShut)
        {
            _doorbell.Wake();
        }
    }

    internal override RpmsgClosedException BrokenException()
    {
        RpmsgCloseReason reason = CloseReason;
        if (reason == RpmsgCloseReason.None && Engine.IsBroken)
        {
            // The link's thread may sleep, and ends the link when it looks.
            reason = RpmsgCloseReason.PeerBroken;
            Wake();
        }

        return RpmsgClosedException.For($"Link '{Name}'", reason);
    }

    /// <summary>Lets go of the memory when the link has ended and the program has no buffer of it.</summary>
    internal void ReleaseMemoryIfLast()
    {
        if (_isShut && Engine.OutstandingCount == 0 && Interlocked.Exchange(ref _memoryReleased, 1) == 0)
        {
            Engine.Dispose();
            _directory.Dispose();
            _memoryOwner?.Dispose();
        }
    }

    private protected override void Run()
    {
        Log.LinkUp(
            Logger,
            Name,
            Role,
            Engine.TransmitBufferCount,
            Engine.ReceiveBufferCount,
            MaxPayloadBytes);
        _thread.Start();
    }

    private protected override RpmsgEndpoint[] SnapshotEndpoints() => _directory.Snapshot();

    private protected override void FailWaiters() => Engine.FailWaiters(BrokenException());

    /// <summary>Lets go of the doorbell and, if the program has no buffers, of the memory.</summary>
    private void Shut()
    {
        Engine.Shut();
        _isShut = true;
        _doorbell.Dispose();
        if (Engine.OutstandingCount > 0)
        {
            Log.BuffersOutstanding(Logger, Name, Engine.OutstandingCount);
        }

        ReleaseMemoryIfLast();
    }
}
