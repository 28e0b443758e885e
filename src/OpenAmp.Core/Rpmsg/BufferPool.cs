// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;
using OpenAmp.Platform;

namespace OpenAmp.Rpmsg;

/// <summary>A row of message buffers in shared memory, which the driver hands out.</summary>
/// <remarks>To hold one made by <see cref="TryMap"/> is to know that every buffer lies in shared memory, aligned to 4
/// bytes, and has room for a header.</remarks>
public readonly unsafe struct BufferPool
{
    /// <summary>The largest buffer that is useful: a header and the longest payload it can say, in bytes, rounded up
    /// to 4.</summary>
    public const uint MaxBufferSizeBytes = RpmsgHeader.SizeBytes + RpmsgHeader.MaxPayloadBytes + 1;

    private readonly byte* _start;

    private BufferPool(byte* start, DeviceAddress address, uint bufferSizeBytes, int bufferCount)
    {
        _start = start;
        Address = address;
        BufferSizeBytes = bufferSizeBytes;
        BufferCount = bufferCount;
    }

    /// <summary>Device address of the first buffer.</summary>
    public DeviceAddress Address { get; }

    /// <summary>Size of each buffer, header included, in bytes.</summary>
    public uint BufferSizeBytes { get; }

    /// <summary>Number of buffers.</summary>
    public int BufferCount { get; }

    /// <summary>Maps a pool. Writes nothing.</summary>
    /// <typeparam name="TPlatform">The machine.</typeparam>
    /// <param name="platform">Translates the address.</param>
    /// <param name="address">Device address of the first buffer.</param>
    /// <param name="bufferSizeBytes">Size of each buffer, header included, in bytes.</param>
    /// <param name="bufferCount">Number of buffers.</param>
    /// <param name="pool">The pool.</param>
    /// <returns><see langword="false"/> unless the size is a multiple of 4 from 20 to
    /// <see cref="MaxBufferSizeBytes"/>, the count is from 1 to 32768, and all of it lies in shared memory.</returns>
    public static bool TryMap<TPlatform>(
        ref TPlatform platform,
        DeviceAddress address,
        uint bufferSizeBytes,
        int bufferCount,
        out BufferPool pool)
        where TPlatform : struct, IPlatform
    {
        pool = default;
        bool valid = bufferSizeBytes is > RpmsgHeader.SizeBytes and <= MaxBufferSizeBytes
            && (bufferSizeBytes & 3) == 0
            && bufferCount is > 0 and <= Virtio.QueueSize.MaxEntryCount;
        if (!valid
            || !platform.TryTranslate(address, (ulong)bufferSizeBytes * (uint)bufferCount, out byte* start)
            || ((nuint)start & 3) != 0)
        {
            return false;
        }

        pool = new BufferPool(start, address, bufferSizeBytes, bufferCount);
        return true;
    }

    /// <summary>Device address of one buffer.</summary>
    internal DeviceAddress AddressOf(uint index) => Address.Plus((ulong)BufferSizeBytes * index);

    /// <summary>Where one buffer starts here. The index is below the count.</summary>
    internal byte* PointerOf(uint index) => _start + ((nuint)BufferSizeBytes * index);
}
