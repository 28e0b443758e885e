// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Platform;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>Sets up the device's side of a link: the RPMsg remote, who uses the host's buffers.</summary>
public static unsafe class RpmsgDevice
{
    /// <summary>How much memory of its own this side needs.</summary>
    /// <param name="layout">The link.</param>
    /// <returns>Size in bytes.</returns>
    public static nuint WorkspaceBytes(in RpmsgLayout layout)
        => (nuint)(((uint)layout.ToDriver.Ring.Size.EntryCount + layout.ToDevice.Ring.Size.EntryCount)
            * (uint)sizeof(DeviceSlot))
            + ((nuint)layout.ToDriver.Ring.Size.EntryCount * (nuint)sizeof(RpmsgBuffer));

    /// <summary>Takes both rings, which the driver has set up: DRIVER_OK was seen. Asks the driver not to ring for
    /// transmit buffers that it gives back.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine.</param>
    /// <param name="layout">The link; its pools are not used.</param>
    /// <param name="workspace">Memory of this side's own, as much as <see cref="WorkspaceBytes"/> says, aligned to 8;
    /// it stays allocated while the ports are in use.</param>
    /// <param name="transmit">The ring for sending.</param>
    /// <param name="receive">The ring for receiving.</param>
    /// <returns>Why not; then shared memory is unchanged.</returns>
    public static RpmsgSetupResult TryCreate<TPlatform>(
        TPlatform platform,
        in RpmsgLayout layout,
        byte* workspace,
        out DeviceTransmitPort<TPlatform> transmit,
        out DeviceReceivePort<TPlatform> receive)
        where TPlatform : struct, IPlatform
        => TryCreate(platform, platform, layout, workspace, out transmit, out receive);

    /// <summary>Takes both rings, which the driver has set up: DRIVER_OK was seen. Asks the driver not to ring for
    /// transmit buffers that it gives back.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine, as the sending half uses it.</param>
    /// <param name="receivePlatform">The machine, as the receiving half uses it: the same, unless the two halves have
    /// owners of their own.</param>
    /// <param name="layout">The link; its pools are not used.</param>
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
        out DeviceTransmitPort<TPlatform> transmit,
        out DeviceReceivePort<TPlatform> receive)
        where TPlatform : struct, IPlatform
    {
        transmit = default;
        receive = default;
        RpmsgDirection outward = layout.ToDriver;
        RpmsgDirection inward = layout.ToDevice;
        if (!VringMemory.TryMap(ref platform, outward.RingAddress, outward.Ring, out VringMemory outwardRing))
        {
            return RpmsgSetupResult.BadRingToDriver;
        }

        if (!VringMemory.TryMap(ref platform, inward.RingAddress, inward.Ring, out VringMemory inwardRing))
        {
            return RpmsgSetupResult.BadRingToDevice;
        }

        var released = (RpmsgBuffer*)workspace;
        var outwardSlots = (DeviceSlot*)(released + outwardRing.Size.EntryCount);
        DeviceSlot* inwardSlots = outwardSlots + outwardRing.Size.EntryCount;
        bool eventIndex = layout.EventIndex;
        transmit = new(
            new(platform, outwardRing, outwardSlots, eventIndex, outward.NotifyId),
            outwardRing.Size.EntryCount,
            released,
            layout.UsedLength);
        receive = new(
            new(receivePlatform, inwardRing, inwardSlots, eventIndex, inward.NotifyId),
            inwardRing.Size.EntryCount,
            layout.UsedLength);
        return RpmsgSetupResult.Ok;
    }
}
