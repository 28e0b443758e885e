// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Copies an image's segments to where they belong, and zeroes what the image leaves out.</summary>
internal static class SegmentLoader
{
    // Between two looks at the token; also the most that one read is asked for.
    private const int ChunkBytes = 4 << 20;

    /// <summary>Finds where each segment goes, before any byte is written.</summary>
    /// <exception cref="FirmwareException">One lies outside the memory.</exception>
    public static IReadOnlyList<SharedRegion> Place(FirmwareImage image, string imageName, MemoryMap memory)
    {
        var places = new SharedRegion[image.Segments.Count];
        for (int i = 0; i < places.Length; i++)
        {
            FirmwareSegment segment = image.Segments[i];
            if (!memory.TryTranslate(segment.Address, (ulong)segment.MemoryBytes, out places[i]))
            {
                throw new FirmwareException($"Segment {segment.Index} of '{imageName}' at file offset "
                    + $"0x{segment.FileOffsetBytes:x} needs {segment.MemoryBytes} bytes at "
                    + $"0x{segment.Address.Value:x8}, "
                    + $"outside the processor's memory: {memory.Describe()}. Check the linker script, or give the "
                    + "processor that memory.");
            }
        }

        return places;
    }

    /// <summary>Copies every segment.</summary>
    public static async ValueTask LoadAsync(
        FirmwareStore store,
        FirmwareImage image,
        IReadOnlyList<SharedRegion> places,
        CancellationToken cancellationToken)
    {
        for (int i = 0; i < places.Count; i++)
        {
            FirmwareSegment segment = image.Segments[i];
            long done = 0;
            while (done < segment.FileBytes)
            {
                // Also for stores that do not look at it: once it has ended, nobody may touch the memory.
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(ChunkBytes, segment.FileBytes - done);
                using var place = new MappedMemory(Part(places[i], done, count));
                await store.ReadAsync(segment.FileOffsetBytes + done, place.Memory, cancellationToken)
                    .ConfigureAwait(false);
                done += count;
            }

            while (done < segment.MemoryBytes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(ChunkBytes, segment.MemoryBytes - done);
                using var place = new MappedMemory(Part(places[i], done, count));
                place.GetSpan().Clear();
                done += count;
            }
        }
    }

    private static unsafe SharedRegion Part(SharedRegion place, long offsetBytes, int lengthBytes)
    {
        bool isInside = place.TryTranslate(
            place.Address.Plus((ulong)offsetBytes), (ulong)lengthBytes, out byte* start);
        System.Diagnostics.Debug.Assert(isInside, "the part was cut from the place");

        // SAFETY: the part lies within the place, which is mapped.
        return new SharedRegion(start, (ulong)lengthBytes, place.Address.Plus((ulong)offsetBytes));
    }
}
