// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Commands.Firmware;

/// <summary>Where an ELF file has its resource table, and how the loader finds it.</summary>
internal sealed record TableFinding
{
    /// <summary>The table's bytes; <see langword="null"/> without one.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; private init; }

    /// <summary>Where they begin in the ELF file.</summary>
    public long OffsetBytes { get; private init; }

    /// <summary>The device address; <see langword="null"/> when no segment loads the table.</summary>
    public ulong? Address { get; private init; }

    /// <summary>The segment that loads it.</summary>
    public int? SegmentIndex { get; private init; }

    /// <summary>How it is found: "section", "note" or "scan".</summary>
    public string FoundBy { get; private init; } = "";

    /// <summary>Why it cannot be read, when it ought to be there.</summary>
    public string? Fault { get; private init; }

    /// <summary>Finds the table as the loader does.</summary>
    public static async ValueTask<TableFinding> FindAsync(
        string path, ReadOnlyMemory<byte> bytes, ElfImage elf, CancellationToken cancellationToken)
    {
        FirmwareStore store = FirmwareStore.FromMemory(bytes, path);
        await using (store.ConfigureAwait(false))
        {
            try
            {
                FirmwareImage image = await new ElfFirmwareFormat()
                    .ReadAsync(store, new FirmwareRequirements(), cancellationToken).ConfigureAwait(false);
                return image.ResourceTable is null ? new() : Of(image, bytes, elf);
            }
            catch (FirmwareException exception)
            {
                return new() { Fault = exception.Message.TrimEnd('.') };
            }
        }
    }

    /// <summary>The table's bytes.</summary>
    /// <exception cref="FirmwareException">There is none.</exception>
    public ReadOnlyMemory<byte> RequireBytes(string path)
        => Bytes ?? throw new FirmwareException(Fault
            ?? $"'{path}' has no resource table: no section {ElfFirmwareFormat.ResourceTableSection}, no note of "
                + "OpenAMP; add one with 'openamp firmware table set'");

    private static TableFinding Of(FirmwareImage image, ReadOnlyMemory<byte> bytes, ElfImage elf)
    {
        var range = new ElfRange((ulong)image.ResourceTableFileOffsetBytes, (ulong)image.ResourceTable!.Value.Length);
        return new()
        {
            Bytes = image.ResourceTable,
            OffsetBytes = image.ResourceTableFileOffsetBytes,
            Address = image.ResourceTableAddress?.Value,
            SegmentIndex = elf.TryFindLoadedRange(range, out ElfSegment segment) ? segment.Index : null,
            FoundBy = elf.TryFindSection(ElfFirmwareFormat.ResourceTableSection, out _) ? "section"
                : OpenAmpNote.TryFind(elf, bytes.Span, out _, out _) ? "note" : "scan",
        };
    }
}
