// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Everything about our side of a link over ivshmem. The defaults are those of OpenAMP's dual-QEMU sample,
/// except for the addresses: see <see cref="MemoryAddress"/>.</summary>
public sealed record IvshmemLinkOptions
{
    /// <summary>Which side of the virtio device this is: the driver is the RPMsg host. The peer must be the other.
    /// </summary>
    public required VirtioRole Role { get; init; }

    /// <summary>Where everything lies, from the length of the shared memory in bytes. Default
    /// <see cref="StaticVringLayout.DualQemu"/>.</summary>
    public Func<ulong, StaticVringLayout> Layout { get; init; } = StaticVringLayout.DualQemu;

    /// <summary>What the peer calls the first byte of the shared memory: an address in a descriptor is this plus an
    /// offset. Default 0: offsets.</summary>
    /// <remarks>A peer in C writes what its libmetal region says, which in the sample is the address at which its own
    /// kernel maps the BAR. A device can find it out: <see cref="LearnMemoryAddress"/>. A driver must be told.
    /// </remarks>
    public DeviceAddress MemoryAddress { get; init; }

    /// <summary>Whether a device finds <see cref="MemoryAddress"/> out from the first buffers that the driver offers,
    /// which start the pool. Default no.</summary>
    public bool LearnMemoryAddress { get; init; }

    /// <summary>Id of the peer; <see langword="null"/>, the default, for the one with the lowest id.</summary>
    public int? PeerId { get; init; }

    /// <summary>The vector that both sides ring and are rung at. Default 0.</summary>
    public int Vector { get; init; }

    /// <summary>How long to wait for the peer to join. Default 30 s.</summary>
    public TimeSpan PeerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a device waits for the driver's DRIVER_OK once it has joined. Default 30 s.</summary>
    public TimeSpan DriverReadyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How the link behaves. The name service is always in use.</summary>
    public RpmsgLinkOptions Link { get; init; } = new() { Name = "ivshmem" };

    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Layout);
        ArgumentNullException.ThrowIfNull(Link);
        ArgumentOutOfRangeException.ThrowIfNegative(Vector);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Vector, IvshmemServerOptions.MaxVectorCount);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PeerTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DriverReadyTimeout, TimeSpan.Zero);
        if (LearnMemoryAddress && Role == VirtioRole.Driver)
        {
            throw new ArgumentException("Only a device can learn the memory's address, from what its driver offers. "
                + "Tell a driver with MemoryAddress.", nameof(LearnMemoryAddress));
        }
    }
}
