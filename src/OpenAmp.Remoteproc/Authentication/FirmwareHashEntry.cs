// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Elf;

namespace OpenAmp.Remoteproc;

/// <summary>One row of the hash table of signed firmware: a program header, and the hash of the file bytes it names.
/// </summary>
/// <remarks>On file: the header as ELF lays it out for its class (32 or 56 bytes), always little-endian, then SHA-256.
/// </remarks>
public readonly record struct FirmwareHashEntry
{
    internal const int HashSizeBytes = 32;
    internal const int SizeBytes32 = 32 + HashSizeBytes;
    internal const int SizeBytes64 = 56 + HashSizeBytes;

    /// <summary>Whether the entry describes a 32-bit or a 64-bit program header.</summary>
    public required ElfClass Class { get; init; }

    /// <summary>Where the entry stands, in bytes from the start of the signed file.</summary>
    public required int TableOffsetBytes { get; init; }

    /// <summary>The segment's type (p_type).</summary>
    public required ElfSegmentType Type { get; init; }

    /// <summary>Where the segment's bytes begin in its image (p_offset).</summary>
    public required ulong OffsetBytes { get; init; }

    /// <summary>The virtual address (p_vaddr).</summary>
    public required ulong VirtualAddress { get; init; }

    /// <summary>The physical address, to which it is loaded (p_paddr).</summary>
    public required ulong PhysicalAddress { get; init; }

    /// <summary>How many bytes it has in the image (p_filesz).</summary>
    public required ulong FileBytes { get; init; }

    /// <summary>How many bytes it takes in memory (p_memsz).</summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>What the processor may do with it (p_flags).</summary>
    public required ElfSegmentFlags Flags { get; init; }

    /// <summary>Its alignment (p_align).</summary>
    public required ulong AlignmentBytes { get; init; }

    /// <summary>SHA-256 of its file bytes.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    internal static int SizeOf(ElfClass elfClass) => elfClass == ElfClass.Elf32 ? SizeBytes32 : SizeBytes64;

    internal static FirmwareHashEntry Of(ElfClass elfClass, in ElfSegment segment, ReadOnlyMemory<byte> hash) => new()
    {
        Class = elfClass,
        TableOffsetBytes = 0,
        Type = segment.Type,
        OffsetBytes = segment.OffsetBytes,
        VirtualAddress = segment.VirtualAddress,
        PhysicalAddress = segment.PhysicalAddress,
        FileBytes = segment.FileBytes,
        MemoryBytes = segment.MemoryBytes,
        Flags = segment.Flags,
        AlignmentBytes = segment.AlignmentBytes,
        Hash = hash,
    };

    internal static FirmwareHashEntry Read(ElfClass elfClass, ReadOnlyMemory<byte> entry, int tableOffsetBytes)
    {
        var fields = new FieldReader(entry.Span);
        var type = (ElfSegmentType)fields.Next32();
        ElfSegmentFlags flags = default;
        bool wide = elfClass == ElfClass.Elf64;
        if (wide)
        {
            // The 64-bit header has its flags second, for alignment; the 32-bit one has them last but one.
            flags = (ElfSegmentFlags)fields.Next32();
        }

        ulong offset = fields.Next(wide);
        ulong virtualAddress = fields.Next(wide);
        ulong physicalAddress = fields.Next(wide);
        ulong fileBytes = fields.Next(wide);
        ulong memoryBytes = fields.Next(wide);
        if (!wide)
        {
            flags = (ElfSegmentFlags)fields.Next32();
        }

        return new FirmwareHashEntry
        {
            Class = elfClass,
            TableOffsetBytes = tableOffsetBytes,
            Type = type,
            OffsetBytes = offset,
            VirtualAddress = virtualAddress,
            PhysicalAddress = physicalAddress,
            FileBytes = fileBytes,
            MemoryBytes = memoryBytes,
            Flags = flags,
            AlignmentBytes = fields.Next(wide),
            Hash = entry[^HashSizeBytes..],
        };
    }

    internal void Write(Span<byte> entry)
    {
        bool wide = Class == ElfClass.Elf64;
        var fields = new FieldWriter(entry);
        fields.Next32((uint)Type);
        if (wide)
        {
            fields.Next32((uint)Flags);
        }

        fields.Next(wide, OffsetBytes);
        fields.Next(wide, VirtualAddress);
        fields.Next(wide, PhysicalAddress);
        fields.Next(wide, FileBytes);
        fields.Next(wide, MemoryBytes);
        if (!wide)
        {
            fields.Next32((uint)Flags);
        }

        fields.Next(wide, AlignmentBytes);
        Hash.Span.CopyTo(entry[^HashSizeBytes..]);
    }

    /// <summary>Tells whether this entry is about exactly this program header: every field, not its hash.</summary>
    internal bool Describes(ElfClass elfClass, in ElfSegment segment) =>
        Class == elfClass
        && Type == segment.Type
        && OffsetBytes == segment.OffsetBytes
        && VirtualAddress == segment.VirtualAddress
        && PhysicalAddress == segment.PhysicalAddress
        && FileBytes == segment.FileBytes
        && MemoryBytes == segment.MemoryBytes
        && Flags == segment.Flags
        && AlignmentBytes == segment.AlignmentBytes;

    private ref struct FieldReader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        internal uint Next32()
        {
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
            _rest = _rest[sizeof(uint)..];
            return value;
        }

        internal ulong Next(bool wide)
        {
            if (!wide)
            {
                return Next32();
            }

            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
            _rest = _rest[sizeof(ulong)..];
            return value;
        }
    }

    private ref struct FieldWriter(Span<byte> rest)
    {
        private Span<byte> _rest = rest;

        internal void Next32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_rest, value);
            _rest = _rest[sizeof(uint)..];
        }

        internal void Next(bool wide, ulong value)
        {
            if (!wide)
            {
                Next32(checked((uint)value));
                return;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(_rest, value);
            _rest = _rest[sizeof(ulong)..];
        }
    }
}
