// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>The device's side of one queue of a vhost-user device, from when the driver set it up until it is taken
/// away.</summary>
/// <remarks>
/// <para>Any thread may call any member. The driver is asked for a kick whenever <see cref="TryTake"/> found nothing.
/// </para>
/// <para>A chain that breaks a rule of VIRTIO 1.3, section 2.7.5, or lies outside the guest's memory, is handed back
/// with nothing written, and counted. A ring whose index jumped sends the front end away.</para>
/// </remarks>
public sealed unsafe class VhostUserQueue
{
    private readonly Action<VhostUserException> _fail;
    private DeviceQueue<VhostUserPlatform> _queue;
    private VhostUserPlatform _platform;
    private DeviceSlot* _slots;
    private ushort _lastAvailIndex;
    private uint _badChains;
    private uint _outside;

    // A turn of the server's thread: how many more chains it may take, and whether it wanted more.
    private int _turnThread;
    private int _turnLeft;
    private bool _turnExhausted;

    // Where whoever has the ring instead is in it; asked when it has let go.
    private Func<ushort>? _takenIndex;

    /// <summary>A queue that the driver does not use.</summary>
    internal VhostUserQueue(int index)
    {
        Index = index;
        _fail = static _ => { };
    }

    /// <summary>Begins to serve a ring that was mapped.</summary>
    internal VhostUserQueue(
        int index,
        VhostUserPlatform platform,
        VringParts parts,
        bool eventIndex,
        VhostUserCall call,
        Action<VhostUserException> fail)
    {
        Index = index;
        Call = call;
        Place = parts.Place;
        EntryCount = parts.Place.Size.EntryCount;
        _fail = fail;
        _platform = platform;
        _slots = (DeviceSlot*)NativeMemory.AllocZeroed((nuint)EntryCount, (nuint)sizeof(DeviceSlot));
        _queue = new DeviceQueue<VhostUserPlatform>(platform, parts, _slots, eventIndex);
        IsUsable = true;
    }

    /// <summary>Which of the device's queues this is, from 0.</summary>
    public int Index { get; }

    /// <summary>Number of entries; 0 of a queue that the driver does not use.</summary>
    public int EntryCount { get; }

    /// <summary>Whether the driver still has the queue set up.</summary>
    public bool IsUsable { get; private set; }

    /// <summary>What the driver got wrong so far.</summary>
    public QueueFaults Faults
    {
        get
        {
            lock (Gate)
            {
                QueueFaults faults = _queue.Faults;
                faults.BadChains += _badChains;
                faults.BuffersOutside += _outside;
                return faults;
            }
        }
    }

    internal Lock Gate { get; } = new();

    internal VhostUserCall? Call { get; }

    internal VringPlace Place { get; }

    /// <summary>Whether the driver kicked it since it set it up. The server's thread's.</summary>
    internal bool WasKicked { get; set; }

    /// <summary>The descriptor that the driver kicks; <see langword="null"/> when kicks are messages.</summary>
    internal SafeFileHandle? KickDescriptor { get; init; }

    /// <summary>Whether somebody else serves the ring and waits for its kicks.</summary>
    internal bool IsHandedOver { get; private set; }

    /// <summary>What to do for a kick that came as a message, once the ring is handed over.</summary>
    internal Action? KickMessage { get; private set; }

    /// <summary>Takes the next chain, in the order in which the driver offers them. Allocates.</summary>
    /// <param name="chain">The chain; the caller completes it.</param>
    /// <returns><see langword="false"/> when there is none, when the turn of <see cref="VhostUserDevice.OnKicked"/> is
    /// over (it is called again soon), or when the queue was taken away.</returns>
    public bool TryTake([NotNullWhen(true)] out VhostUserChain? chain)
    {
        bool isBroken;
        lock (Gate)
        {
            chain = null;

            // A driver that offers only nonsense gets this many looks, not for ever.
            for (int look = 0; look <= EntryCount && IsUsable && chain is null; look++)
            {
                if (!TryTakeHead(out ushort head, out bool wasRejected))
                {
                    if (wasRejected)
                    {
                        continue;
                    }

                    break;
                }

                chain = TryFollow(head);
            }

            isBroken = IsUsable && _queue.IsBroken;
        }

        if (isBroken)
        {
            _fail(new VhostUserException(VhostUserFault.BrokenRing, $"The available index of queue {Index} moved by "
                + $"more than its {EntryCount} entries: nothing in the ring can be believed any more."));
        }

        return chain is not null;
    }

    /// <summary>Takes a chain as one message: copies what the driver wrote, and hands the chain back.</summary>
    /// <param name="destination">Where the message goes, as much of it as fits.</param>
    /// <param name="lengthBytes">Length of the message, which may be more than fitted.</param>
    /// <returns><see langword="false"/> as <see cref="TryTake"/> returns it.</returns>
    public bool TryReceive(Span<byte> destination, out int lengthBytes)
    {
        lengthBytes = 0;
        if (!TryTake(out VhostUserChain? chain))
        {
            return false;
        }

        lengthBytes = (int)Math.Min(chain.ReadableBytes, int.MaxValue);
        _ = chain.Read(0, destination);
        return chain.Complete();
    }

    /// <summary>Sends a message in the next chain that the driver offers.</summary>
    /// <param name="message">The message. A driver that offers less room than it needs is sent away.</param>
    /// <returns><see langword="false"/> when no chain is offered now: the driver kicks the queue when it offers more;
    /// or when the queue was taken away.</returns>
    public bool TrySend(ReadOnlySpan<byte> message)
    {
        if (!TryTake(out VhostUserChain? chain))
        {
            return false;
        }

        if (chain.WritableBytes < message.Length)
        {
            _fail(new VhostUserException(VhostUserFault.BrokenRing, $"Queue {Index} offers a buffer of "
                + $"{chain.WritableBytes} bytes for a message of {message.Length}."));
            return false;
        }

        int written = chain.Write(0, message);
        return chain.Complete((uint)written);
    }

    internal bool Complete(VhostUserChain chain, uint writtenBytes)
    {
        lock (Gate)
        {
            if (!IsUsable || chain.IsComplete
                || !_queue.Push(chain.Head, (uint)Math.Min(writtenBytes, chain.WritableBytes)))
            {
                return false;
            }

            chain.IsComplete = true;
            _queue.Flush();
            return true;
        }
    }

    /// <summary>Leaves the ring to somebody else, who waits for its kicks from now on.</summary>
    internal void HandOver(Action kickMessage, Func<ushort> takenIndex)
    {
        IsHandedOver = true;
        _takenIndex = takenIndex;
        KickMessage = kickMessage;
    }

    /// <summary>Gives this thread a turn.</summary>
    internal void BeginTurn()
    {
        lock (Gate)
        {
            _turnThread = Environment.CurrentManagedThreadId;
            _turnLeft = EntryCount;
            _turnExhausted = false;
        }
    }

    /// <summary>Ends the turn.</summary>
    /// <returns>Whether there may be more to take.</returns>
    internal bool EndTurn()
    {
        lock (Gate)
        {
            _turnThread = 0;
            return _turnExhausted && IsUsable;
        }
    }

    internal bool HasAvailable()
    {
        lock (Gate)
        {
            return IsUsable && _queue.HasAvailable();
        }
    }

    /// <summary>Ends all use of the ring. When this returns nobody touches its memory any more.</summary>
    /// <returns>Index of the first chain that was not taken.</returns>
    internal ushort Stop()
    {
        lock (Gate)
        {
            if (IsUsable)
            {
                IsUsable = false;
                _lastAvailIndex = _takenIndex?.Invoke() ?? _queue.NextAvailIndex;
                NativeMemory.Free(_slots);
                _slots = null;
            }

            return _lastAvailIndex;
        }
    }

    private bool TryTakeHead(out ushort head, out bool wasRejected)
    {
        head = 0;
        wasRejected = false;
        bool isTurn = _turnThread == Environment.CurrentManagedThreadId;
        if (isTurn && _turnLeft == 0)
        {
            _turnExhausted = true;
            return false;
        }

        QueueResult result = _queue.TryTake(out head);
        if (result == QueueResult.Empty && _queue.SetNotifications(wanted: true))
        {
            result = _queue.TryTake(out head);
        }

        wasRejected = result == QueueResult.Rejected;
        _turnLeft -= isTurn && result is QueueResult.Taken or QueueResult.Rejected ? 1 : 0;
        return result == QueueResult.Taken;
    }

    private VhostUserChain? TryFollow(ushort head)
    {
        VhostUserChain chain = new(this, head);
        VirtqChain<VhostUserPlatform> walk = _queue.OpenChain(head);
        while (true)
        {
            ChainResult result = walk.TryNext(ref _platform, out VirtqSegment segment, out byte* start);
            switch (result)
            {
                case ChainResult.Segment:
                    chain.Add(start, segment.LengthBytes, segment.DeviceWrites);
                    break;
                case ChainResult.End:
                    return chain;
                default:
                    _badChains += result == ChainResult.Malformed ? 1u : 0;
                    _outside += result == ChainResult.Outside ? 1u : 0;
                    _ = _queue.Push(head, 0);
                    _queue.Flush();
                    return null;
            }
        }
    }
}
