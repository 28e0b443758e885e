// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Linux;

/// <summary>A request that a driver put into a queue: bytes to read, then room to write an answer into. Held until
/// <see cref="Complete"/>.</summary>
/// <remarks>Its descriptors were copied and checked when it was taken. When the queue is taken away the chain is lost:
/// reads give nothing, writes go nowhere. Any thread may use it; two at once make no sense.</remarks>
public sealed unsafe class VhostUserChain
{
    private readonly VhostUserQueue _queue;
    private readonly List<Segment> _segments = [];

    internal VhostUserChain(VhostUserQueue queue, ushort head)
    {
        _queue = queue;
        Head = head;
    }

    /// <summary>What the driver wrote, in bytes.</summary>
    public long ReadableBytes { get; private set; }

    /// <summary>Room for an answer, in bytes.</summary>
    public long WritableBytes { get; private set; }

    internal ushort Head { get; }

    /// <summary>Whether it was handed back. The queue's, under its gate.</summary>
    internal bool IsComplete { get; set; }

    /// <summary>Copies what the driver wrote.</summary>
    /// <param name="offsetBytes">Where to begin.</param>
    /// <param name="destination">Where to; not filled beyond what there is.</param>
    /// <returns>Number of bytes copied; 0 too when the queue was taken away.</returns>
    public int Read(long offsetBytes, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetBytes);
        lock (_queue.Gate)
        {
            int copied = 0;
            for (int index = 0; index < _segments.Count && _queue.IsUsable; index++)
            {
                if (TryPart(_segments[index], false, ref offsetBytes, destination.Length - copied, out byte* start,
                    out int count))
                {
                    // SAFETY: the segment was found inside mapped memory, which stays mapped while the queue is usable.
                    new ReadOnlySpan<byte>(start, count).CopyTo(destination[copied..]);
                    copied += count;
                }
            }

            return copied;
        }
    }

    /// <summary>Writes a part of the answer.</summary>
    /// <param name="offsetBytes">Where to begin.</param>
    /// <param name="source">What to write.</param>
    /// <returns>Number of bytes written: fewer when there is no more room, 0 too when the queue was taken away.
    /// </returns>
    public int Write(long offsetBytes, ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetBytes);
        lock (_queue.Gate)
        {
            int copied = 0;
            for (int index = 0; index < _segments.Count && _queue.IsUsable; index++)
            {
                if (TryPart(_segments[index], true, ref offsetBytes, source.Length - copied, out byte* start,
                    out int count))
                {
                    // SAFETY: as in Read.
                    source.Slice(copied, count).CopyTo(new Span<byte>(start, count));
                    copied += count;
                }
            }

            return copied;
        }
    }

    /// <summary>Hands the chain back to the driver, and rings it if it wants to be rung.</summary>
    /// <param name="writtenBytes">How many bytes were written, from the first.</param>
    /// <returns><see langword="false"/> when it was handed back already or the queue was taken away.</returns>
    public bool Complete(uint writtenBytes = 0) => _queue.Complete(this, writtenBytes);

    internal void Add(byte* start, uint lengthBytes, bool isWritable)
    {
        _segments.Add(new Segment((nint)start, lengthBytes, isWritable));
        ReadableBytes += isWritable ? 0 : lengthBytes;
        WritableBytes += isWritable ? lengthBytes : 0;
    }

    private static bool TryPart(Segment segment, bool isWritable, ref long offsetBytes, int wantedBytes,
        out byte* start, out int count)
    {
        start = null;
        count = 0;
        if (segment.IsWritable != isWritable)
        {
            return false;
        }

        if (offsetBytes >= segment.LengthBytes)
        {
            offsetBytes -= segment.LengthBytes;
            return false;
        }

        start = (byte*)segment.Start + offsetBytes;
        count = (int)Math.Min(segment.LengthBytes - offsetBytes, wantedBytes);
        offsetBytes = 0;
        return count > 0;
    }

    private readonly record struct Segment(nint Start, uint LengthBytes, bool IsWritable);
}
