// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The device's receive ring: the driver offers filled buffers, the device hands them back read.</summary>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct DeviceReceivePort<TPlatform> : IReceivePort
    where TPlatform : struct, IPlatform
{
    // Far enough ahead that the memory arrives before its message's turn.
    private const ushort PrefetchDistance = 4;

    private readonly UsedLength _usedLength;
    private DeviceQueue<TPlatform> _queue;

    /// <summary>Takes the ring.</summary>
    /// <param name="queue">The ring.</param>
    /// <param name="entryCount">Number of its entries.</param>
    /// <param name="usedLength">What used lengths say.</param>
    public DeviceReceivePort(in DeviceQueue<TPlatform> queue, int entryCount, UsedLength usedLength)
    {
        _queue = queue;
        BufferCount = entryCount;
        _usedLength = usedLength;
    }

    /// <inheritdoc/>
    public int BufferCount { get; }

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
        _queue.Prefetch(PrefetchDistance);
        QueueResult result = _queue.TryTake(out ushort head);
        if (result != QueueResult.Taken)
        {
            return result;
        }

        bool readable = _queue.TryReadSingle(head, out VirtqSegment segment, out byte* start);
        _queue.SetTag(head, segment.LengthBytes);
        if (!readable)
        {
            buffer = new RpmsgBuffer(null, 0, head);
        }
        else if (segment.DeviceWrites || segment.LengthBytes < RpmsgHeader.SizeBytes || ((nuint)start & 3) != 0)
        {
            _queue.CountBadBuffer();
            buffer = new RpmsgBuffer(null, 0, head);
        }
        else
        {
            buffer = new RpmsgBuffer(start, segment.LengthBytes, head);
        }

        return QueueResult.Taken;
    }

    /// <inheritdoc/>
    public bool GiveBack(in RpmsgBuffer buffer)
        => _queue.Push(buffer.Head, _usedLength == UsedLength.WholeBuffer ? _queue.GetTag(buffer.Head) : 0);

    /// <inheritdoc/>
    public void Flush() => _queue.Flush();

    /// <inheritdoc/>
    public bool HasMessage() => _queue.HasAvailable();

    /// <inheritdoc/>
    public bool SetNotifications(bool wanted) => _queue.SetNotifications(wanted);
}
