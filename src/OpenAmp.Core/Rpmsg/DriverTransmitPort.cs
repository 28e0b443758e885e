// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The driver's transmit ring: it owns the buffers, sends them filled and gets them back.</summary>
/// <remarks>Descriptor i is bound to buffer i for good, so no descriptor is written after construction.</remarks>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct DriverTransmitPort<TPlatform> : ITransmitPort
    where TPlatform : struct, IPlatform
{
    /// <summary>How many buffers go round before returned ones are looked for: a look at the peer's index costs a
    /// cache miss, so one look should find many; and few buffers in use stay in the cache.</summary>
    private const int WarmCount = 16;

    private readonly BufferPool _pool;
    private readonly ushort* _free;
    private DriverQueue<TPlatform> _queue;
    private int _freeCount;
    private int _freshNext;

    /// <summary>Takes the ring and binds the pool's buffers to its descriptors.</summary>
    /// <param name="queue">The ring, just reset. The pool has at most as many buffers as it has entries.</param>
    /// <param name="pool">The buffers.</param>
    /// <param name="free">As many words as there are buffers, in this side's own memory.</param>
    /// <remarks>Safety: as for the queue and the pool; <paramref name="free"/> stays allocated.</remarks>
    public DriverTransmitPort(in DriverQueue<TPlatform> queue, in BufferPool pool, ushort* free)
    {
        _queue = queue;
        _pool = pool;
        _free = free;
        Bind(ref _queue, pool, deviceWrites: false);

        // A C peer is never told of transmit completions either: they are looked up when a buffer is needed.
        _ = _queue.SetNotifications(wanted: false);
    }

    /// <inheritdoc/>
    public readonly uint BufferSizeBytes => _pool.BufferSizeBytes;

    /// <inheritdoc/>
    public readonly int BufferCount => _pool.BufferCount;

    /// <inheritdoc/>
    public readonly int KnownFreeCount => _freeCount + (_pool.BufferCount - _freshNext);

    /// <inheritdoc/>
    public readonly QueueFaults Faults => _queue.Faults;

    /// <inheritdoc/>
    public readonly bool IsBroken => _queue.IsBroken;

    /// <inheritdoc/>
    public readonly ulong KicksSent => _queue.KicksSent;

    /// <inheritdoc/>
    public readonly ulong KicksSuppressed => _queue.KicksSuppressed;

    /// <inheritdoc/>
    public bool TryRent(out RpmsgBuffer buffer)
    {
        ushort head;
        if (_freeCount > 0 || (_freshNext >= WarmCount && Harvest()))
        {
            head = _free[--_freeCount];
        }
        else if (_freshNext < _pool.BufferCount)
        {
            head = (ushort)_freshNext++;
        }
        else if (Harvest())
        {
            head = _free[--_freeCount];
        }
        else
        {
            buffer = default;
            return false;
        }

        buffer = new RpmsgBuffer(_pool.PointerOf(head), _pool.BufferSizeBytes, head);
        return true;
    }

    /// <inheritdoc/>
    public void Send(in RpmsgBuffer buffer, uint messageBytes)
    {
        // The descriptor keeps saying the whole buffer, as the C library's does.
        _ = messageBytes;
        _ = _queue.Post(buffer.Head);
    }

    /// <inheritdoc/>
    public void Release(in RpmsgBuffer buffer) => _free[_freeCount++] = buffer.Head;

    /// <inheritdoc/>
    public void Flush() => _queue.Flush();

    /// <inheritdoc/>
    public bool HasFree() => KnownFreeCount > 0 || _queue.HasUsed();

    /// <inheritdoc/>
    public bool SetNotifications(bool wanted) => _queue.SetNotifications(wanted) || KnownFreeCount > 0;

    /// <summary>Builds one chain of one buffer for each buffer of a pool; chain i has head i.</summary>
    internal static void Bind(ref DriverQueue<TPlatform> queue, in BufferPool pool, bool deviceWrites)
    {
        for (uint i = 0; i < (uint)pool.BufferCount; i++)
        {
            var segment = new VirtqSegment(pool.AddressOf(i), pool.BufferSizeBytes, deviceWrites);
            _ = queue.TryBuild(new ReadOnlySpan<VirtqSegment>(in segment), out _);
        }
    }

    /// <summary>Collects all buffers that came back. Bounded by the ring's size, whatever the peer writes.</summary>
    private bool Harvest()
    {
        for (int i = 0; i < _pool.BufferCount; i++)
        {
            QueueResult result = _queue.TryTakeUsed(out ushort head, out _);
            if (result is QueueResult.Empty or QueueResult.Broken)
            {
                break;
            }

            if (result == QueueResult.Taken)
            {
                _free[_freeCount++] = head;
            }
        }

        return _freeCount > 0;
    }
}
