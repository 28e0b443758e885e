// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Virtio;

/// <summary>The status byte of a link that has no resource table, while the link is up.</summary>
/// <remarks>
/// <para>The driver writes it, the device reads it. Each access is one load or store of a byte; reads acquire and
/// writes release: who reads <see cref="VirtioStatus.DriverOk"/> sees the rings that were set up before it.</para>
/// <para>Safety: whoever made the region keeps it mapped while this is in use.</para>
/// </remarks>
public readonly unsafe struct LiveStatus
{
    private readonly SharedByte* _byte;

    private LiveStatus(byte* start) => _byte = (SharedByte*)start;

    /// <summary>Finds the byte in shared memory.</summary>
    /// <param name="memory">The shared memory.</param>
    /// <param name="offsetBytes">Its offset there.</param>
    /// <param name="status">The byte.</param>
    /// <returns><see langword="false"/> when it lies outside the memory.</returns>
    public static bool TryCreate(in SharedRegion memory, ulong offsetBytes, out LiveStatus status)
    {
        bool inside = offsetBytes < memory.LengthBytes;
        status = inside ? new LiveStatus(memory.Start + (nuint)offsetBytes) : default;
        return inside;
    }

    /// <summary>Reads the status, with acquire.</summary>
    /// <returns>Whatever the driver wrote last.</returns>
    public VirtioStatus Read() => (VirtioStatus)_byte->Read();

    /// <summary>Writes the status, with release.</summary>
    /// <param name="status">The status.</param>
    public void Write(VirtioStatus status) => _byte->Write((byte)status);
}
