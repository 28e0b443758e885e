// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>Sets up the rings of a link in the role that its description says.</summary>
[SuppressMessage("Performance", "CA1859", Justification = "Callers see one type, whatever the role.")]
internal static unsafe class LinkEngineFactory
{
    // As the strictest type of the workspace needs, and a cache line so that it shares none with others.
    private const nuint WorkspaceAlignment = 64;

    public static LinkEngine Create(RpmsgLinkDescription description)
    {
        if (description.DeviceRings is { } rings)
        {
            return CreateDevice(description, rings);
        }

        bool isDriver = description.Role == VirtioRole.Driver;
        RpmsgLayout layout = description.Layout;
        nuint workspaceBytes = isDriver ? RpmsgDriver.WorkspaceBytes(layout) : RpmsgDevice.WorkspaceBytes(layout);
        void* workspace = NativeMemory.AlignedAlloc(workspaceBytes, WorkspaceAlignment);
        var kicks = (Send: new KickRequest(), Return: new KickRequest());
        SharedRegion[] moreMemory = [.. description.MoreMemory];
        var send = new LinkPlatform(description.Memory, moreMemory, kicks.Send);
        var giveBack = new LinkPlatform(description.Memory, moreMemory, kicks.Return);
        (uint, uint) notifyIds = isDriver
            ? (layout.ToDevice.NotifyId, layout.ToDriver.NotifyId)
            : (layout.ToDriver.NotifyId, layout.ToDevice.NotifyId);

        // The same twice, of other types: the ports of a role have nothing in common that a type argument could name.
        if (isDriver)
        {
            RpmsgSetupResult result = RpmsgDriver.TryCreate(send, giveBack, layout, (byte*)workspace,
                out DriverTransmitPort<LinkPlatform> transmit, out DriverReceivePort<LinkPlatform> receive);
            ThrowUnlessOk(result, description, workspace);
            return new LinkEngine<DriverTransmitPort<LinkPlatform>, DriverReceivePort<LinkPlatform>>(
                description.Doorbell, new(send, transmit), new(giveBack, receive), kicks, notifyIds, workspace);
        }
        else
        {
            RpmsgSetupResult result = RpmsgDevice.TryCreate(send, giveBack, layout, (byte*)workspace,
                out DeviceTransmitPort<LinkPlatform> transmit, out DeviceReceivePort<LinkPlatform> receive);
            ThrowUnlessOk(result, description, workspace);
            return new LinkEngine<DeviceTransmitPort<LinkPlatform>, DeviceReceivePort<LinkPlatform>>(
                description.Doorbell, new(send, transmit), new(giveBack, receive), kicks, notifyIds, workspace);
        }
    }

    private static LinkEngine CreateDevice(RpmsgLinkDescription description, RpmsgDeviceRings rings)
    {
        if (description.Role != VirtioRole.Device)
        {
            throw new ArgumentException($"{nameof(RpmsgLinkDescription.DeviceRings)} are a device's; this side is the "
                + "driver, which lays its rings out itself.", nameof(description));
        }

        var kicks = (Send: new KickRequest(), Return: new KickRequest());
        SharedRegion[] moreMemory = [.. description.MoreMemory];
        var send = new LinkPlatform(description.Memory, moreMemory, kicks.Send);
        var giveBack = new LinkPlatform(description.Memory, moreMemory, kicks.Return);
        VringParts toDriver = MapOrThrow(send, rings.ToDriver, "to the driver");
        VringParts toDevice = MapOrThrow(giveBack, rings.ToDevice, "to the device");
        bool eventIndex = description.Layout.EventIndex;
        UsedLength usedLength = description.Layout.UsedLength;
        uint entryCount = (uint)rings.ToDriver.Size.EntryCount + rings.ToDevice.Size.EntryCount;
        var slots = (DeviceSlot*)NativeMemory.AlignedAlloc(entryCount * (nuint)sizeof(DeviceSlot), WorkspaceAlignment);
        var transmit = new DeviceTransmitPort<LinkPlatform>(new(send, toDriver, slots, eventIndex), usedLength);
        var receive = new DeviceReceivePort<LinkPlatform>(
            new(giveBack, toDevice, slots + rings.ToDriver.Size.EntryCount, eventIndex), usedLength);
        var engine = new LinkEngine<DeviceTransmitPort<LinkPlatform>, DeviceReceivePort<LinkPlatform>>(
            description.Doorbell, new(send, transmit), new(giveBack, receive), kicks,
            (rings.ToDriver.NotifyId, rings.ToDevice.NotifyId), slots);
        rings.Engine = engine;
        return engine;
    }

    private static VringParts MapOrThrow(LinkPlatform platform, in VringPlace place, string way)
        => VringParts.TryMap(ref platform, place, out VringParts parts)
            ? parts
            : throw new ArgumentException($"The ring {way} ({place.Size.EntryCount} entries; descriptors at "
                + $"0x{place.Descriptors.Value:x}, available ring at 0x{place.Avail.Value:x}, used ring at "
                + $"0x{place.Used.Value:x}) must lie within the link's memory, its parts at multiples of 16, 2 and 4 "
                + "bytes.", nameof(place));

    private static void ThrowUnlessOk(RpmsgSetupResult result, RpmsgLinkDescription description, void* workspace)
    {
        if (result == RpmsgSetupResult.Ok)
        {
            return;
        }

        NativeMemory.AlignedFree(workspace);
        bool toDriver = result is RpmsgSetupResult.BadRingToDriver or RpmsgSetupResult.BadPoolToDriver;
        RpmsgDirection direction = toDriver ? description.Layout.ToDriver : description.Layout.ToDevice;
        string way = toDriver ? "to the driver" : "to the device";
        SharedRegion memory = description.Memory;
        string region = $"the shared memory of {memory.LengthBytes} bytes at 0x{memory.Address.Value:x}"
            + (description.MoreMemory.Count == 0 ? "" : $" or one of {description.MoreMemory.Count} more regions");
        throw new ArgumentException(
            result is RpmsgSetupResult.BadRingToDriver or RpmsgSetupResult.BadRingToDevice
                ? $"The ring {way} ({direction.Ring.Size.EntryCount} entries, {direction.Ring.SizeBytes} bytes at "
                    + $"0x{direction.RingAddress.Value:x}, alignment {direction.Ring.AlignmentBytes}) must lie within "
                    + $"{region}, at a multiple of its alignment."
                : $"The buffers {way} ({direction.BufferCount} of {direction.BufferSizeBytes} bytes at "
                    + $"0x{direction.PoolAddress.Value:x}) must lie within {region}, be at most as many as the ring's "
                    + $"{direction.Ring.Size.EntryCount} entries, and have a size that is a multiple of 4 from 20 to "
                    + $"{BufferPool.MaxBufferSizeBytes}.",
            nameof(description));
    }
}
