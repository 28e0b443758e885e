// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Memory;

/// <summary>An address as it stands in descriptors and resource tables: the coordinate both sides of a link share.
/// </summary>
/// <remarks>
/// <para>It says nothing about where the bytes are mapped in this process: a <see cref="SharedRegion"/> translates
/// it. On the two-process platform it is the offset in the shared memory object.</para>
/// </remarks>
public readonly struct DeviceAddress
{
    /// <summary>Names an address; it may be any number.</summary>
    /// <param name="value">The address, in bytes.</param>
    public DeviceAddress(ulong value) => Value = value;

    /// <summary>The address, in bytes.</summary>
    public ulong Value { get; }

    /// <summary>The address some bytes further on.</summary>
    /// <param name="offsetBytes">Distance in bytes.</param>
    /// <returns>The sum modulo 2^64: whoever translates it finds it outside every region when it wrapped.</returns>
    public DeviceAddress Plus(ulong offsetBytes) => new(unchecked(Value + offsetBytes));

    /// <summary>Whether the address is a multiple of an alignment.</summary>
    /// <param name="alignmentBytes">A power of two, in bytes.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public bool IsAlignedTo(uint alignmentBytes) => unchecked((uint)Value & (alignmentBytes - 1)) == 0;
}
