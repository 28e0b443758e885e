// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>A piece of a region that is taken: by a carveout of the table, a vring, a pool of buffers, the table.
/// </summary>
/// <param name="Name">What it is for.</param>
/// <param name="Region">The region it lies in.</param>
/// <param name="Memory">Its bytes, here and at which device address.</param>
public sealed record Carveout(string Name, MemoryRegion Region, SharedRegion Memory)
{
    /// <summary>Device address of the first byte.</summary>
    public DeviceAddress Address => Memory.Address;

    /// <summary>Physical address of the first byte.</summary>
    public ulong PhysicalAddress => unchecked(Region.PhysicalStart + (Address.Value - Region.Address.Value));

    /// <summary>Length in bytes.</summary>
    public ulong LengthBytes => Memory.LengthBytes;
}
