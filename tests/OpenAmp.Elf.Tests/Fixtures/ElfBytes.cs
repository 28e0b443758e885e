// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;

namespace OpenAmp.Elf.Tests;

/// <summary>Writes the structures of the specification field by field, in its order: it knows no offsets, so that it
/// shares no mistake with the library.</summary>
internal sealed class ElfBytes(ElfClass elfClass, ElfByteOrder byteOrder)
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public ElfBytes Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public ElfBytes Pad(int lengthBytes) => Raw(new byte[lengthBytes]);

    public ElfBytes Byte(byte value) => Number(value, 1);

    public ElfBytes Half(ushort value) => Number(value, 2);

    public ElfBytes Word(uint value) => Number(value, 4);

    public ElfBytes DoubleWord(ulong value) => Number(value, 8);

    public ElfBytes Native(ulong value) => Number(value, elfClass == ElfClass.Elf64 ? 8 : 4);

    public ElfBytes Header(in ElfHeader header) => Raw([0x7f, 0x45, 0x4c, 0x46])
        .Byte((byte)header.Class).Byte((byte)header.ByteOrder).Byte(header.IdentificationVersion)
        .Byte(header.OsAbi).Byte(header.OsAbiVersion).Pad(7)
        .Half((ushort)header.Type).Half((ushort)header.Machine).Word(header.Version)
        .Native(header.EntryPoint).Native(header.ProgramHeadersOffsetBytes).Native(header.SectionHeadersOffsetBytes)
        .Word(header.Flags).Half(header.HeaderBytes).Half(header.ProgramHeaderBytes)
        .Half((ushort)header.ProgramHeaderCount).Half(header.SectionHeaderBytes)
        .Half((ushort)header.SectionHeaderCount).Half((ushort)header.NameTableIndex);

    public ElfBytes Segment(in ElfSegment segment) => elfClass == ElfClass.Elf64
        ? Word((uint)segment.Type).Word((uint)segment.Flags).Native(segment.OffsetBytes)
            .Native(segment.VirtualAddress).Native(segment.PhysicalAddress).Native(segment.FileBytes)
            .Native(segment.MemoryBytes).Native(segment.AlignmentBytes)
        : Word((uint)segment.Type).Native(segment.OffsetBytes).Native(segment.VirtualAddress)
            .Native(segment.PhysicalAddress).Native(segment.FileBytes).Native(segment.MemoryBytes)
            .Word((uint)segment.Flags).Native(segment.AlignmentBytes);

    public ElfBytes Section(in ElfSection section) => Word(section.NameOffsetBytes).Word((uint)section.Type)
        .Native((ulong)section.Flags).Native(section.Address).Native(section.OffsetBytes).Native(section.SizeBytes)
        .Word(section.Link).Word(section.TypeSpecific).Native(section.AlignmentBytes).Native(section.EntryBytes);

    public ElfBytes Symbol(uint name, ulong value, ulong size, byte kind, ushort section)
        => elfClass == ElfClass.Elf64
            ? Word(name).Byte(kind).Byte(0).Half(section).Native(value).Native(size)
            : Word(name).Native(value).Native(size).Byte(kind).Byte(0).Half(section);

    private ElfBytes Number(ulong value, int lengthBytes)
    {
        for (int index = 0; index < lengthBytes; index++)
        {
            int shift = 8 * (byteOrder == ElfByteOrder.BigEndian ? lengthBytes - 1 - index : index);
            _bytes.Add((byte)(value >> shift & 0xff));
        }

        return this;
    }
}
