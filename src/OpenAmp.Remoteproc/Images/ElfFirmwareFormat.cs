// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>An ELF executable, 32 or 64 bits, either byte order: its PT_LOAD segments go to their physical addresses.
/// </summary>
/// <remarks>The resource table is the section <c>.resource_table</c>; without that section, what a note of owner
/// "OpenAMP" names (<see cref="OpenAmpNote"/>); and in an image that was stripped of all sections, the one place in its
/// segments that can be nothing but a table.</remarks>
public sealed class ElfFirmwareFormat : FirmwareFormat
{
    /// <summary>Name of the section that holds the resource table.</summary>
    public const string ResourceTableSection = ".resource_table";

    private const int IdentBytes = 16;

    /// <inheritdoc/>
    public override string Name => "ELF";

    /// <inheritdoc/>
    public override int HeadBytes => IdentBytes;

    /// <inheritdoc/>
    public override bool Recognizes(ReadOnlySpan<byte> head) => head.StartsWith("\x7f"u8 + "ELF"u8);

    /// <inheritdoc/>
    public override async ValueTask<FirmwareImage> ReadAsync(
        FirmwareStore store,
        FirmwareRequirements requirements,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(requirements);
        try
        {
            ElfImage elf = await ElfImage.ReadAsync(
                (ulong)store.LengthBytes,
                (offset, bytes, token) => store.ReadAsync((long)offset, bytes, token),
                requirements.Elf,
                cancellationToken).ConfigureAwait(false);
            return await DescribeAsync(store, elf, requirements, cancellationToken).ConfigureAwait(false);
        }
        catch (ElfException error)
        {
            throw new FirmwareException($"The firmware '{store.Name}' is no ELF that can be loaded: "
                + $"{error.Message}", error);
        }
        catch (ResourceTableException error)
        {
            throw new FirmwareException($"No resource table found in '{store.Name}': {error.Message}", error);
        }
    }

    private static async ValueTask<FirmwareImage> DescribeAsync(
        FirmwareStore store,
        ElfImage elf,
        FirmwareRequirements requirements,
        CancellationToken cancellationToken)
    {
        var image = new FirmwareImage
        {
            FormatName = elf.Header.Class == ElfClass.Elf32 ? "ELF32" : "ELF64",
            EntryPoint = new DeviceAddress(elf.Header.EntryPoint),
            Segments = SegmentsOf(elf),
            Elf = elf,
        };
        if (await ElfTableFinder.FindAsync(store, elf, cancellationToken).ConfigureAwait(false) is not { } table)
        {
            return image;
        }

        // A header may give any offset to what is empty; what is not was found to lie in the image.
        long offsetBytes = (long)Math.Min(table.OffsetBytes, (ulong)store.LengthBytes);
        byte[] bytes = await TableReading
            .ReadAsync(store, offsetBytes, (long)table.LengthBytes, requirements, cancellationToken)
            .ConfigureAwait(false);
        return image with
        {
            ResourceTable = bytes,
            ResourceTableFileOffsetBytes = offsetBytes,
            ResourceTableAddress = elf.TryFindLoadedRange(table, out ElfSegment segment)
                ? new DeviceAddress(unchecked(segment.PhysicalAddress + (table.OffsetBytes - segment.OffsetBytes)))
                : null,
        };
    }

    private static List<FirmwareSegment> SegmentsOf(ElfImage elf)
    {
        var segments = new List<FirmwareSegment>();
        for (int i = 0; i < elf.Segments.Length; i++)
        {
            ElfSegment segment = elf.Segments[i];
            if (segment.IsLoadable && segment.MemoryBytes > 0)
            {
                // The parser has checked that the file has these bytes; memory may want more, but not absurdly more.
                segments.Add(new FirmwareSegment(
                    i,
                    new DeviceAddress(segment.PhysicalAddress),
                    segment.FileBytes == 0 ? 0 : (long)segment.OffsetBytes,
                    (long)segment.FileBytes,
                    (long)Math.Min(segment.MemoryBytes, long.MaxValue)));
            }
        }

        return segments;
    }
}
