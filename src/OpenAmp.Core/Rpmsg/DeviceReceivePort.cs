// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
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

    private UsedLength _usedLength;
    private DeviceQueue<TPlatform> _queue;

    /// <summary>Takes the ring.</summary>
    /// <param name="queue">The ring.</param>
    /// <param name="usedLength">What used lengths say.</param>
    public DeviceReceivePort(in DeviceQueue<TPlatform> queue, UsedLength usedLength)
    {
        _queue = queue;
        _usedLength = usedLength;
    }

    /// <inheritdoc/>
    public readonly int BufferCount => _queue.EntryCount;

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public QueueResult TryTake(out RpmsgBuffer buffer)
    {
        Unsafe.SkipInit(out buffer);
        if (TPlatform.Prefetches)
        {
            _queue.Prefetch(PrefetchDistance);
        }

        ref TakenBuffer taken = ref RpmsgBuffer.PlaceOf(ref buffer);
        QueueResult result = _queue.TryTake(out taken.Head);
        if (result == QueueResult.Taken)
        {
            _ = _queue.TryOpen((uint)VirtqDescFlags.None, RpmsgHeader.SizeBytes, ref taken);
        }

        return result;
    }

    /// <inheritdoc/>
    public bool GiveBack(in RpmsgBuffer buffer)
        => _queue.Push(buffer.Head, _usedLength == UsedLength.WholeBuffer ? buffer.LengthBytes : 0);

    /// <inheritdoc/>
    public void Flush() => _queue.Flush();

    /// <inheritdoc/>
    public bool HasMessage() => _queue.HasAvailable();

    /// <summary>Whether the driver has reset the ring; see <see cref="DeviceQueue{TPlatform}.WasReset"/>.</summary>
    /// <returns>As there.</returns>
    public bool WasReset() => _queue.WasReset();

    /// <inheritdoc/>
    public bool SetNotifications(bool wanted) => _queue.SetNotifications(wanted);

    /// <summary>Maps the ring and takes it as the constructor does, in place and at all zeros.</summary>
    internal bool TryBegin(TPlatform platform, in RpmsgLayout layout, DeviceSlot* slots)
    {
        _usedLength = layout.UsedLength;
        return _queue.TryBegin(platform, layout.ToDevice, slots, layout.EventIndex);
    }
}
