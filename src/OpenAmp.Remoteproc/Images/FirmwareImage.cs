// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Elf;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>What an image says about itself: where it starts, what goes where, and its resource table.</summary>
/// <remarks>Holds no segment's content, only a copy of the table. Made by a <see cref="FirmwareFormat"/>, which has
/// checked that every segment lies within the image.</remarks>
public sealed record FirmwareImage
{
    /// <summary>Name of the format it was read as, for people.</summary>
    public required string FormatName { get; init; }

    /// <summary>Device address of the first instruction (e_entry).</summary>
    public required DeviceAddress EntryPoint { get; init; }

    /// <summary>What is copied into the remote's memory, in the image's order. None is empty.</summary>
    public required IReadOnlyList<FirmwareSegment> Segments { get; init; }

    /// <summary>The resource table's bytes as they stand in the image, or <see langword="null"/> without one.</summary>
    public ReadOnlyMemory<byte>? ResourceTable { get; init; }

    /// <summary>Where the table stands in the image, in bytes.</summary>
    public long ResourceTableFileOffsetBytes { get; init; }

    /// <summary>Device address of the table once the image is loaded, or <see langword="null"/> when it lies in no
    /// segment: the remote then sees no updates unless its driver has a place for the table.</summary>
    public DeviceAddress? ResourceTableAddress { get; init; }

    /// <summary>The image's ELF headers, when it is one.</summary>
    public ElfImage? Elf { get; init; }
}
