// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>Sets up the driver's side of a link: the RPMsg host, who owns the buffers.</summary>
public static unsafe class RpmsgDriver
{
    /// <summary>How much memory of its own this side needs.</summary>
    /// <param name="layout">The link.</param>
    /// <returns>Size in bytes.</returns>
    public static nuint WorkspaceBytes(in RpmsgLayout layout)
        => (nuint)(((uint)layout.ToDriver.Ring.Size.EntryCount + layout.ToDevice.Ring.Size.EntryCount)
            * (uint)sizeof(DriverSlot))
            + ((nuint)layout.ToDevice.Ring.Size.EntryCount * sizeof(ushort));

    /// <summary>Resets both rings and posts the receive buffers. No kick is sent: the caller sets DRIVER_OK and
    /// rings.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine.</param>
    /// <param name="layout">The link.</param>
    /// <param name="workspace">Memory of this side's own, as much as <see cref="WorkspaceBytes"/> says, aligned to 8;
    /// it stays allocated while the ports are in use.</param>
    /// <param name="transmit">The ring for sending.</param>
    /// <param name="receive">The ring for receiving.</param>
    /// <returns>Why not; then shared memory is unchanged.</returns>
    public static RpmsgSetupResult TryCreate<TPlatform>(
        TPlatform platform,
        in RpmsgLayout layout,
        byte* workspace,
        out DriverTransmitPort<TPlatform> transmit,
        out DriverReceivePort<TPlatform> receive)
        where TPlatform : struct, IPlatform
        => TryCreate(platform, platform, layout, workspace, out transmit, out receive);

    /// <summary>Resets both rings and posts the receive buffers. No kick is sent: the caller sets DRIVER_OK and
    /// rings.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine, as the sending half uses it.</param>
    /// <param name="receivePlatform">The machine, as the receiving half uses it: the same, unless the two halves have
    /// owners of their own.</param>
    /// <param name="layout">The link.</param>
    /// <param name="workspace">Memory of this side's own, as much as <see cref="WorkspaceBytes"/> says, aligned to 8;
    /// it stays allocated while the ports are in use.</param>
    /// <param name="transmit">The ring for sending.</param>
    /// <param name="receive">The ring for receiving.</param>
    /// <returns>Why not; then shared memory is unchanged.</returns>
    public static RpmsgSetupResult TryCreate<TPlatform>(
        TPlatform platform,
        TPlatform receivePlatform,
        in RpmsgLayout layout,
        byte* workspace,
        out DriverTransmitPort<TPlatform> transmit,
        out DriverReceivePort<TPlatform> receive)
        where TPlatform : struct, IPlatform
    {
        transmit = default;
        receive = default;
        RpmsgDirection inward = layout.ToDriver;
        RpmsgDirection outward = layout.ToDevice;
        if (!VringMemory.TryMap(ref platform, inward.RingAddress, inward.Ring, out VringMemory inwardRing))
        {
            return RpmsgSetupResult.BadRingToDriver;
        }

        if (!VringMemory.TryMap(ref platform, outward.RingAddress, outward.Ring, out VringMemory outwardRing))
        {
            return RpmsgSetupResult.BadRingToDevice;
        }

        if (!TryMapPool(ref platform, inward, out BufferPool inwardPool))
        {
            return RpmsgSetupResult.BadPoolToDriver;
        }

        if (!TryMapPool(ref platform, outward, out BufferPool outwardPool))
        {
            return RpmsgSetupResult.BadPoolToDevice;
        }

        var inwardSlots = (DriverSlot*)workspace;
        DriverSlot* outwardSlots = inwardSlots + inwardRing.Size.EntryCount;
        var free = (ushort*)(outwardSlots + outwardRing.Size.EntryCount);
        bool eventIndex = layout.EventIndex;
        transmit = new(new(platform, outwardRing, outwardSlots, eventIndex, outward.NotifyId), outwardPool, free);
        receive = new(new(receivePlatform, inwardRing, inwardSlots, eventIndex, inward.NotifyId), inwardPool);
        return RpmsgSetupResult.Ok;
    }

    private static bool TryMapPool<TPlatform>(
        ref TPlatform platform,
        in RpmsgDirection direction,
        out BufferPool pool)
        where TPlatform : struct, IPlatform
    {
        pool = default;
        return direction.BufferCount <= direction.Ring.Size.EntryCount
            && BufferPool.TryMap(
                ref platform,
                direction.PoolAddress,
                direction.BufferSizeBytes,
                direction.BufferCount,
                out pool);
    }
}
