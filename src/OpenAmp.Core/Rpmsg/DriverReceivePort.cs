// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The driver's receive ring: it posts empty buffers and gets them back filled.</summary>
/// <remarks>Descriptor i is bound to buffer i for good, so no descriptor is written after construction.</remarks>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct DriverReceivePort<TPlatform> : IReceivePort
    where TPlatform : struct, IPlatform
{
    // Far enough ahead that the memory arrives before its message's turn.
    private const ushort PrefetchDistance = 4;

    // A guess is good enough: it is only how far apart two prefetches are.
    private const uint CacheLineBytes = 64;

    private readonly BufferPool _pool;
    private DriverQueue<TPlatform> _queue;

    /// <summary>Takes the ring, posts every buffer of the pool, and shows them to the device without a kick: the
    /// device learns of them by DRIVER_OK.</summary>
    /// <param name="queue">The ring, just reset. The pool has at most as many buffers as it has entries.</param>
    /// <param name="pool">The buffers.</param>
    /// <remarks>Safety: as for the queue and the pool.</remarks>
    public DriverReceivePort(in DriverQueue<TPlatform> queue, in BufferPool pool)
    {
        _queue = queue;
        _pool = pool;
        DriverTransmitPort<TPlatform>.Bind(ref _queue, pool, deviceWrites: true);
        for (uint i = 0; i < (uint)pool.BufferCount; i++)
        {
            _ = _queue.Post((ushort)i);
        }

        _queue.FlushUnannounced();
    }

    /// <inheritdoc/>
    public readonly int BufferCount => _pool.BufferCount;

    /// <inheritdoc/>
    public readonly QueueFaults Faults => _queue.Faults;

    /// <inheritdoc/>
    public readonly bool IsBroken => _queue.IsBroken;

    /// <inheritdoc/>
    public readonly ulong KicksSent => _queue.KicksSent;

    /// <inheritdoc/>
    public readonly ulong KicksSuppressed => _queue.KicksSuppressed;

    /// <inheritdoc/>
    public QueueResult TryTake(out RpmsgBuffer buffer)
    {
        buffer = default;
        Prefetch();
        QueueResult result = _queue.TryTakeUsed(out ushort head, out uint writtenBytes);
        if (result != QueueResult.Taken)
        {
            return result;
        }

        byte* start = _pool.PointerOf(head);
        if (writtenBytes < RpmsgHeader.SizeBytes)
        {
            _queue.CountBadBuffer();
            start = null;
        }

        buffer = new RpmsgBuffer(start, writtenBytes, head);
        return QueueResult.Taken;
    }

    /// <inheritdoc/>
    public bool GiveBack(in RpmsgBuffer buffer) => _queue.Post(buffer.Head);

    /// <inheritdoc/>
    public void Flush() => _queue.Flush();

    /// <inheritdoc/>
    public bool HasMessage() => _queue.HasUsed();

    /// <inheritdoc/>
    public bool SetNotifications(bool wanted) => _queue.SetNotifications(wanted);

    private readonly void Prefetch()
    {
        if (TPlatform.Prefetches && _queue.TryPeekUsed(PrefetchDistance, out ushort later) && later < _pool.BufferCount)
        {
            byte* buffer = _pool.PointerOf(later);
            TPlatform.Prefetch(buffer);
            TPlatform.Prefetch(buffer + CacheLineBytes);
        }
    }
}
