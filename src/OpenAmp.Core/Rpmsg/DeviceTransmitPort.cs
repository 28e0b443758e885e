// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The device's transmit ring: the driver offers empty buffers, the device hands them back filled.</summary>
/// <typeparam name="TPlatform">The machine.</typeparam>
public unsafe struct DeviceTransmitPort<TPlatform> : ITransmitPort
    where TPlatform : struct, IPlatform
{
    // Heads of released buffers form a list through their slots' tags; 0 ends it, so each stands there plus 1.
    private uint _lastReleased;
    private int _releasedCount;
    private UsedLength _usedLength;
    private DeviceQueue<TPlatform> _queue;

    /// <summary>Takes the ring.</summary>
    /// <param name="queue">The ring.</param>
    /// <param name="usedLength">What used lengths say.</param>
    public DeviceTransmitPort(in DeviceQueue<TPlatform> queue, UsedLength usedLength)
    {
        _queue = queue;
        _usedLength = usedLength;
        _ = _queue.SetNotifications(wanted: false);
    }

    /// <summary>Size of the buffer last offered, header included, in bytes; 0 until one was seen.</summary>
    public uint BufferSizeBytes { readonly get; private set; }

    /// <inheritdoc/>
    public readonly int BufferCount => _queue.EntryCount;

    /// <inheritdoc/>
    public readonly int KnownFreeCount => unchecked(_releasedCount + _queue.KnownAvailableCount);

    /// <summary>Free-running index of the available entry that is taken next.</summary>
    public readonly ushort NextAvailIndex => _queue.NextAvailIndex;

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
        Unsafe.SkipInit(out buffer);
        ref TakenBuffer taken = ref RpmsgBuffer.PlaceOf(ref buffer);

        // A driver that offers only nonsense gets this many looks, not for ever. What is nonsense stays with this side
        // for good: handed back, the driver would take it for a message.
        for (int i = BufferCount; i > 0; i--)
        {
            QueueResult result = QueueResult.Taken;
            if (_lastReleased != 0)
            {
                taken.Head = unchecked((ushort)(_lastReleased - 1));
                _lastReleased = _queue.GetTag(taken.Head);
                _releasedCount--;
            }
            else
            {
                result = _queue.TryTake(out taken.Head);
            }

            if (result == QueueResult.Taken)
            {
                if (_queue.TryOpen((uint)VirtqDescFlags.Write, RpmsgHeader.SizeBytes + 1, ref taken))
                {
                    BufferSizeBytes = taken.LengthBytes;
                    return true;
                }
            }
            else if (result != QueueResult.Rejected)
            {
                break;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Send(in RpmsgBuffer buffer, uint messageBytes)
        => _ = _queue.Push(buffer.Head, _usedLength == UsedLength.WholeBuffer ? buffer.LengthBytes : messageBytes);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)] // Rare.
    public void Release(in RpmsgBuffer buffer)
    {
        // An offered buffer cannot be handed back unfilled: the driver would take what it holds for a message.
        _queue.SetTag(buffer.Head, _lastReleased);
        _lastReleased = unchecked(buffer.Head + 1u);
        _releasedCount = unchecked(_releasedCount + 1);
    }

    /// <inheritdoc/>
    public void Flush() => _queue.Flush();

    /// <inheritdoc/>
    public bool HasFree() => _releasedCount > 0 || _queue.HasAvailable();

    /// <summary>Whether the driver has reset the ring; see <see cref="DeviceQueue{TPlatform}.WasReset"/>.</summary>
    /// <returns>As there.</returns>
    public bool WasReset() => _queue.WasReset();

    /// <inheritdoc/>
    public bool SetNotifications(bool wanted) => _queue.SetNotifications(wanted) || _releasedCount > 0;

    /// <summary>Maps the ring and takes it as the constructor does, in place and at all zeros. Writes nothing:
    /// <see cref="SetNotifications"/> is yet to be called.</summary>
    internal bool TryBegin(TPlatform platform, in RpmsgLayout layout, DeviceSlot* slots)
    {
        _usedLength = layout.UsedLength;
        return _queue.TryBegin(platform, layout.ToDriver, slots, layout.EventIndex);
    }
}
