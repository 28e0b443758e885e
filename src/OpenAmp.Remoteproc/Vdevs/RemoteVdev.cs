// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>One virtio device of a remote that runs, as its driver on the host sees it.</summary>
/// <remarks>Valid from the start of a run to its stop. Status and features follow VIRTIO 1.3, section 3.1.1, as far as
/// a resource table has them: there is no FEATURES_OK without VIRTIO_F_VERSION_1.</remarks>
public sealed class RemoteVdev
{
    private readonly LiveVdev _live;

    internal RemoteVdev(
        string processorName,
        VdevResource resource,
        LiveVdev live,
        IReadOnlyList<Carveout> rings,
        Carveout? buffers,
        LinkDoorbell doorbell)
    {
        ProcessorName = processorName;
        Resource = resource;
        _live = live;
        Rings = rings;
        Buffers = buffers;
        Doorbell = doorbell;
    }

    /// <summary>Name of the processor.</summary>
    public string ProcessorName { get; }

    /// <summary>The device's entry in the table, with the notify ids that were allocated.</summary>
    public VdevResource Resource { get; }

    /// <summary>Where the rings are, one for each vring of the entry.</summary>
    public IReadOnlyList<Carveout> Rings { get; }

    /// <summary>The pool for the device's buffers, when its driver wants one (RPMsg's does).</summary>
    public Carveout? Buffers { get; }

    /// <summary>The device's doorbell. One thread may wait at a time.</summary>
    public LinkDoorbell Doorbell { get; }

    /// <summary>What the device offers.</summary>
    public VirtioFeatures Offered => new(Resource.DeviceFeatures);

    /// <summary>The device status, live.</summary>
    public VirtioStatus Status => _live.ReadStatus();

    /// <summary>Says which features this side accepts.</summary>
    /// <param name="features">A subset of what is offered.</param>
    /// <exception cref="ArgumentException">It holds a feature that was not offered, or that the table has no room
    /// for.</exception>
    public void AcceptFeatures(VirtioFeatures features)
    {
        if (features.And(Offered).Bits != features.Bits || !_live.TryWriteDriverFeatures(features))
        {
            throw new ArgumentException(
                $"Features 0x{features.Bits:x} of {Resource} are not all offered: it offers 0x{Offered.Bits:x}.",
                nameof(features));
        }
    }

    /// <summary>Sets DRIVER_OK and rings: the device may use the rings from now on.</summary>
    public void SetDriverOk()
    {
        _live.WriteStatus(VirtioStatus.Acknowledge | VirtioStatus.Driver | VirtioStatus.DriverOk);
        Doorbell.Kick(Rings.Count > 0 ? Resource.Vrings[0].NotifyId : Resource.NotifyId);
    }

    /// <summary>Reads the configuration space, live. Allocates nothing.</summary>
    /// <param name="offsetBytes">Where to start.</param>
    /// <param name="destination">How much, and where to.</param>
    /// <returns><see langword="false"/> when part of it lies outside the configuration space.</returns>
    public bool TryReadConfig(uint offsetBytes, Span<byte> destination)
        => _live.TryReadConfig(offsetBytes, destination);

    /// <summary>Writes the configuration space and rings the device's own notify id.</summary>
    /// <param name="offsetBytes">Where to start.</param>
    /// <param name="source">What to write.</param>
    /// <returns><see langword="false"/> when part of it lies outside the configuration space; nothing is written
    /// then.</returns>
    public bool TryWriteConfig(uint offsetBytes, ReadOnlySpan<byte> source)
    {
        bool isInside = _live.TryWriteConfig(offsetBytes, source);
        if (isInside)
        {
            Doorbell.Kick(Resource.NotifyId);
        }

        return isInside;
    }

    /// <summary>Resets the device, tells it where its rings are, and takes it (ACKNOWLEDGE, DRIVER).</summary>
    internal void Take()
    {
        _live.WriteStatus(VirtioStatus.None);
        _ = _live.TryWriteDriverFeatures(default);
        for (int i = 0; i < Rings.Count; i++)
        {
            Clear(Rings[i].Memory);
            _ = _live.TryWriteVringAddress(i, Rings[i].Address.Value);
        }

        _live.WriteStatus(VirtioStatus.Acknowledge);
        _live.WriteStatus(VirtioStatus.Acknowledge | VirtioStatus.Driver);
    }

    /// <summary>Resets the device when its driver lets go. Linux leaves ACKNOWLEDGE set, and so do we.</summary>
    internal void LetGo()
    {
        _live.WriteStatus(VirtioStatus.None);
        _live.WriteStatus(VirtioStatus.Acknowledge);
    }

    private static unsafe void Clear(SharedRegion memory)
    {
        // SAFETY: a carveout lies within its region, which is mapped; its length is a ring's.
        new Span<byte>(memory.Start, checked((int)memory.LengthBytes)).Clear();
    }
}
