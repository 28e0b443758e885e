// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The device's transmit ring: the driver offers empty buffers, the device hands them back filled.</summary>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct DeviceTransmitPort<TPlatform> : ITransmitPort
    where TPlatform : struct, IPlatform
{
    private readonly RpmsgBuffer* _released;
    private readonly UsedLength _usedLength;
    private DeviceQueue<TPlatform> _queue;
    private int _releasedCount;

    /// <summary>Takes the ring.</summary>
    /// <param name="queue">The ring.</param>
    /// <param name="entryCount">Number of its entries.</param>
    /// <param name="released">As many buffers as the ring has entries, in this side's own memory.</param>
    /// <param name="usedLength">What used lengths say.</param>
    /// <remarks>Safety: as for the queue; <paramref name="released"/> stays allocated.</remarks>
    public DeviceTransmitPort(
        in DeviceQueue<TPlatform> queue,
        int entryCount,
        RpmsgBuffer* released,
        UsedLength usedLength)
    {
        _queue = queue;
        BufferCount = entryCount;
        _released = released;
        _usedLength = usedLength;
        _ = _queue.SetNotifications(wanted: false);
    }

    /// <summary>Size of the buffer last offered, header included, in bytes; 0 until one was seen.</summary>
    public uint BufferSizeBytes { get; private set; }

    /// <inheritdoc/>
    public int BufferCount { get; }

    /// <inheritdoc/>
    public readonly int KnownFreeCount => _releasedCount + _queue.KnownAvailableCount;

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
        if (_releasedCount > 0)
        {
            buffer = _released[--_releasedCount];
            return true;
        }

        // A driver that offers only nonsense gets this many looks, not for ever.
        for (int i = 0; i < BufferCount; i++)
        {
            QueueResult result = _queue.TryTake(out ushort head);
            if (result is QueueResult.Empty or QueueResult.Broken)
            {
                break;
            }

            if (result == QueueResult.Taken && TryOpen(head, out buffer))
            {
                return true;
            }
        }

        buffer = default;
        return false;
    }

    /// <inheritdoc/>
    public void Send(in RpmsgBuffer buffer, uint messageBytes)
        => _ = _queue.Push(buffer.Head, _usedLength == UsedLength.WholeBuffer ? buffer.LengthBytes : messageBytes);

    /// <inheritdoc/>
    public void Release(in RpmsgBuffer buffer)
    {
        // An offered buffer cannot be handed back unfilled: the driver would take what it holds for a message.
        _released[_releasedCount++] = buffer;
    }

    /// <inheritdoc/>
    public void Flush() => _queue.Flush();

    /// <inheritdoc/>
    public bool HasFree() => _releasedCount > 0 || _queue.HasAvailable();

    /// <inheritdoc/>
    public bool SetNotifications(bool wanted) => _queue.SetNotifications(wanted) || _releasedCount > 0;

    /// <summary>Accepts an offer of one buffer that the device may write and that holds a header. Any other stays
    /// with this side for good: handed back, the driver would take it for a message.</summary>
    private bool TryOpen(ushort head, out RpmsgBuffer buffer)
    {
        buffer = default;
        if (!_queue.TryReadSingle(head, out VirtqSegment segment, out byte* start))
        {
            return false;
        }

        if (!segment.DeviceWrites || segment.LengthBytes <= RpmsgHeader.SizeBytes || ((nuint)start & 3) != 0)
        {
            _queue.CountBadBuffer();
            return false;
        }

        BufferSizeBytes = segment.LengthBytes;
        buffer = new RpmsgBuffer(start, segment.LengthBytes, head);
        return true;
    }
}
