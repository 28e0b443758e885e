// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Objects;

/// <summary>A section of an object file, with its relocations.</summary>
internal sealed class ObjectSection
{
    public const uint ProgramBits = 1;
    public const uint Relocations64 = 4;
    public const uint NoBits = 8;
    public const uint Relocations32 = 9;
    public const uint Group = 17;

    private const ulong Allocated = 2;
    private const ulong Executable = 4;

    public required string Name { get; init; }

    public required uint Type { get; init; }

    public required ulong Flags { get; init; }

    public required ulong Alignment { get; init; }

    public required ulong EntrySize { get; init; }

    /// <summary>Its bytes; none where the section only takes room.</summary>
    public byte[] Bytes { get; set; } = [];

    public ulong SizeBytes { get; set; }

    public List<ObjectRelocation> Relocations { get; } = [];

    public bool IsAllocated => (Flags & Allocated) != 0;

    public bool IsCode => (Flags & Executable) != 0;
}
