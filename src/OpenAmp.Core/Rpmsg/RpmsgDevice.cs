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
            * (uint)sizeof(DeviceSlot));

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
        return TryAttach(platform, receivePlatform, layout, workspace, ref transmit, ref receive);
    }

    /// <summary>Takes both rings as <see cref="TryCreate{TPlatform}(TPlatform,in RpmsgLayout,byte*,out
    /// DeviceTransmitPort{TPlatform},out DeviceReceivePort{TPlatform})"/> does, into an engine that has its place
    /// already: nothing is copied.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine.</param>
    /// <param name="layout">The link; its pools are not used.</param>
    /// <param name="workspace">As above.</param>
    /// <param name="endpoints">An empty list.</param>
    /// <param name="nameService">Whether VIRTIO_RPMSG_F_NS was negotiated.</param>
    /// <param name="engine">The engine.</param>
    /// <returns>Why not; then shared memory is unchanged, and the engine is not to be used.</returns>
    public static RpmsgSetupResult TryCreateEngine<TPlatform>(
        TPlatform platform,
        in RpmsgLayout layout,
        byte* workspace,
        in EndpointList endpoints,
        bool nameService,
        out RpmsgEngine<DeviceTransmitPort<TPlatform>, DeviceReceivePort<TPlatform>, TPlatform> engine)
        where TPlatform : struct, IPlatform
    {
        engine = default;
        engine.Begin(platform, endpoints, nameService);
        return TryAttach(platform, platform, layout, workspace, ref engine.TransmitPort, ref engine.ReceivePort);
    }

    /// <summary>As <see cref="TryCreate{TPlatform}(TPlatform, TPlatform, in RpmsgLayout, byte*,
    /// out DeviceTransmitPort{TPlatform}, out DeviceReceivePort{TPlatform})"/>, where the ports are to stay: nothing is
    /// copied, which on a small machine is half of the work.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">The machine, as the sending half uses it.</param>
    /// <param name="receivePlatform">The machine, as the receiving half uses it.</param>
    /// <param name="layout">The link; its pools are not used.</param>
    /// <param name="workspace">Memory of this side's own, as for creating them.</param>
    /// <param name="transmit">The ring for sending; all zeros.</param>
    /// <param name="receive">The ring for receiving; all zeros.</param>
    /// <returns>Why not; then shared memory is unchanged.</returns>
    public static RpmsgSetupResult TryAttach<TPlatform>(
        TPlatform platform,
        TPlatform receivePlatform,
        in RpmsgLayout layout,
        byte* workspace,
        ref DeviceTransmitPort<TPlatform> transmit,
        ref DeviceReceivePort<TPlatform> receive)
        where TPlatform : struct, IPlatform
    {
        if (TPlatform.HasPlainRings && layout.EventIndex)
        {
            return RpmsgSetupResult.EventIndexRuledOut;
        }

        // Both are taken before anything is written.
        RpmsgSetupResult result = RpmsgSetupResult.BadRingToDriver;
        var slots = (DeviceSlot*)workspace;
        if (transmit.TryBegin(platform, layout, slots))
        {
            result = RpmsgSetupResult.BadRingToDevice;
            if (receive.TryBegin(receivePlatform, layout, slots + transmit.BufferCount))
            {
                _ = transmit.SetNotifications(wanted: false);
                result = RpmsgSetupResult.Ok;
            }
        }

        return result;
    }
}
