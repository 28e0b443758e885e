// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.CLibrary;

/// <summary>openamp_remote of openamp.h: the remote's side of one link, in the C firmware's memory.</summary>
internal unsafe struct Remote
{
    private const uint LinkVersion = 1;
    private const uint NameServiceFlag = 1;
    private const uint MessageLengthFlag = 2;

    public RpmsgEngine<DeviceTransmitPort<CPlatform>, DeviceReceivePort<CPlatform>, CPlatform> Engine;
    public Config* Config;
    public bool IsOpen;
    public bool IsPolling;

    // OPENAMP_ABI of openamp.h: header and library are of one version, and agree on what the compilers made of it.
    private static uint Abi => (LinkVersion << 24) | ((uint)sizeof(Config) << 12) | Reserved;

    // OPENAMP_REMOTE_BYTES of openamp.h.
    public static uint Reserved => (uint)sizeof(nuint) * 96;

    private readonly VdevEntry* Vdev => (VdevEntry*)Config->Vdev;

    /// <summary>Whether the driver has set DRIVER_OK; what it wrote before that can be read then.</summary>
    public readonly bool IsDriven
    {
        get
        {
            byte* status = Status;
            return status == null || (((Register*)status)->Value & (byte)VirtioStatus.DriverOk) != 0;
        }
    }

    private readonly byte* Status => Config->Vdev == null ? Config->Status : (byte*)&Vdev->Status;

    public static Error Initialize(Remote* remote, Config* config)
    {
        if (remote == null || config == null)
        {
            return Error.Argument;
        }

        if (config->Abi != Abi || (uint)sizeof(Remote) > Reserved)
        {
            return Error.Version;
        }

        bool hasRings = config->Vdev == null
            ? config->Rings != null
            : ((VdevEntry*)config->Vdev)->Type == ResourceType.Vdev && ((VdevEntry*)config->Vdev)->VringCount >= 2;
        if (!hasRings || config->Notify == null || config->Workspace == null
            || ((nuint)config->Workspace & 7) != 0)
        {
            return Error.Argument;
        }

        *remote = default;
        remote->Config = config;
        return Error.Ok;
    }

    public Error Open()
    {
        if (IsPolling)
        {
            return Error.Busy;
        }

        IsOpen = false;
        if (!IsDriven)
        {
            return Error.Down;
        }

        RpmsgLayout layout = default;
        if (!TryReadRing(0, ref layout.ToDriver))
        {
            return Error.RingToHost;
        }

        if (!TryReadRing(1, ref layout.ToDevice))
        {
            return Error.RingFromHost;
        }

        layout.UsedLength = (Config->Flags & MessageLengthFlag) != 0 ? UsedLength.Message : UsedLength.WholeBuffer;
        uint features = Config->Vdev == null
            ? (Config->Flags & NameServiceFlag) << VirtioFeatures.RpmsgNameService
            : Vdev->DeviceFeatures & Vdev->DriverFeatures;
        layout.EventIndex = (features & (1u << VirtioFeatures.RingEventIdx)) != 0;
        return Begin(layout, (features & (1u << VirtioFeatures.RpmsgNameService)) != 0);
    }

    public void AskForReset()
    {
        IsOpen = false;
        byte* status = Status;
        if (status != null)
        {
            var register = (Register*)status;
            register->Value = (byte)(register->Value | (byte)VirtioStatus.NeedsReset);
            new CPlatform(Config).Notify(Config->Vdev == null ? Config->Rings[0].NotifyId : Vdev->NotifyId);
        }
    }

    /// <summary>Waits, as the C firmware does that, until the host gives a transmit buffer back.</summary>
    /// <returns>False when there is no way to wait, or no host any more.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool WaitForBuffer()
    {
        if (Config->Wait == null)
        {
            return false;
        }

        while (!Engine.SetTransmitNotifications(wanted: true) && IsDriven && !Engine.IsBroken)
        {
            _ = Native.Call(Config->Context, null, 0, Config->Wait);
        }

        _ = Engine.SetTransmitNotifications(wanted: false);
        return IsDriven;
    }

    private Error Begin(in RpmsgLayout layout, bool nameService)
    {
        nuint endpointBytes = Config->EndpointCount * (nuint)sizeof(EndpointEntry);
        if (Config->EndpointCount > ushort.MaxValue
            || RpmsgDevice.WorkspaceBytes(layout) + endpointBytes > Config->WorkspaceBytes)
        {
            return Error.NoRoom;
        }

        var endpoints = new EndpointList(
            (EndpointEntry*)Config->Workspace,
            (int)Config->EndpointCount,
            Config->FirstAddress == 0 ? RpmsgAddress.FirstDynamic : Config->FirstAddress);

        RpmsgSetupResult result = RpmsgDevice.TryCreateEngine(
            new CPlatform(Config), layout, Config->Workspace + endpointBytes, endpoints, nameService, out Engine);
        IsOpen = result == RpmsgSetupResult.Ok;
        return result switch
        {
            RpmsgSetupResult.Ok => Error.Ok,
            RpmsgSetupResult.BadRingToDriver => Error.RingToHost,
            RpmsgSetupResult.EventIndexRuledOut => Error.Features,
            _ => Error.RingFromHost,
        };
    }

    private readonly bool TryReadRing(int index, ref RpmsgDirection direction)
    {
        uint entryCount;
        uint alignmentBytes;
        if (Config->Vdev == null)
        {
            Ring* ring = Config->Rings + index;
            direction.RingAddress = new DeviceAddress(ring->DeviceAddress);
            direction.NotifyId = ring->NotifyId;
            entryCount = ring->EntryCount;
            alignmentBytes = ring->AlignmentBytes;
        }
        else
        {
            // SAFETY: two vrings follow the entry, as was seen at the beginning.
            VringEntry* ring = (VringEntry*)(Vdev + 1) + index;
            direction.RingAddress = new DeviceAddress(ring->Address);
            direction.NotifyId = ring->NotifyId;
            entryCount = ring->EntryCount;
            alignmentBytes = ring->AlignmentBytes;
        }

        return QueueSize.TryCreate(entryCount, out QueueSize size)
            && VringLayout.TryCreate(size, alignmentBytes, out direction.Ring);
    }

    // A byte that the host writes too.
    private struct Register
    {
        public volatile byte Value;
    }
}
