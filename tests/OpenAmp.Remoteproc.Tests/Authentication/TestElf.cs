// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using OpenAmp.Elf;

namespace OpenAmp.Remoteproc.Tests;

/// <summary>Writes small ELF images, field by field, that tests know every offset of.</summary>
internal sealed class TestElf
{
    public ElfClass Class { get; set; } = ElfClass.Elf32;

    public bool IsBigEndian { get; set; }

    public ulong EntryPoint { get; set; } = 0x1000_0001;

    public List<TestSegment> Segments { get; } = [];

    public List<TestSection> Sections { get; } = [];

    private bool IsWide => Class == ElfClass.Elf64;

    public int HeaderBytes => IsWide ? 64 : 52;

    public int ProgramHeaderBytes => IsWide ? 56 : 32;

    public int SectionHeaderBytes => IsWide ? 64 : 40;

    /// <summary>Where a segment's bytes begin in the image.</summary>
    public int OffsetOf(int segment) => FirstSegmentOffset + Segments.Take(segment).Sum(s => Aligned(s.Content.Length));

    /// <summary>Where a section header begins in the image.</summary>
    public int SectionHeaderOffset(int section) => SectionTableOffset + (section * SectionHeaderBytes);

    private int FirstSegmentOffset => Aligned(HeaderBytes + (Segments.Count * ProgramHeaderBytes));

    private int NamesOffset => OffsetOf(Segments.Count);

    private int SectionTableOffset => Aligned(NamesOffset + Names().Length);

    /// <summary>Firmware as it is usual: code with the resource table behind it, data with zeros behind it, and, when
    /// asked, an exception index and a stack header that are not loaded.</summary>
    public static TestElf Firmware(ElfClass elfClass = ElfClass.Elf32, bool isBigEndian = false, bool withOthers = true)
    {
        var elf = new TestElf { Class = elfClass, IsBigEndian = isBigEndian };
        if (withOthers)
        {
            elf.Segments.Add(new(ElfSegmentType.ArmExceptionIndex, 4, 0x1000_0080, [9, 9, 9, 9, 1, 0, 0, 0]));
        }

        elf.Segments.Add(new(ElfSegmentType.Load, 5, 0x1000_0000, [.. Enumerable.Range(0, 200).Select(i => (byte)i)]));
        elf.Segments.Add(new(ElfSegmentType.Load, 6, 0x2000_0000, [.. Enumerable.Range(7, 61).Select(i => (byte)i)])
        {
            PhysicalAddress = 0x1000_0100,
            ZeroBytes = 100,
        });
        if (withOthers)
        {
            elf.Segments.Add(new(ElfSegmentType.GnuStack, 6, 0, []));
        }

        elf.Sections.Add(new(".resource_table", withOthers ? 1 : 0, 128, 64));
        return elf;
    }

    public byte[] Build()
    {
        byte[] names = Names();
        int sections = Sections.Count + 2;
        byte[] image = new byte[SectionTableOffset + (sections * SectionHeaderBytes)];
        WriteHeader(image, sections);
        for (int index = 0; index < Segments.Count; index++)
        {
            WriteSegment(image, index);
        }

        names.CopyTo(image, NamesOffset);
        for (int index = 0; index < Sections.Count; index++)
        {
            TestSection section = Sections[index];
            TestSegment segment = Segments[section.Segment];
            WriteSection(
                image, index + 1, NameOffset(section.Name), 1, segment.VirtualAddress + (ulong)section.Offset,
                OffsetOf(section.Segment) + section.Offset, section.Size);
        }

        WriteSection(image, sections - 1, NameOffset(".shstrtab"), 3, 0, NamesOffset, names.Length);
        return image;
    }

    private static int Aligned(int offset) => (offset + 3) & ~3;

    private byte[] Names() => Encoding.ASCII.GetBytes(
        "\0" + string.Concat(Sections.Select(section => section.Name + "\0")) + ".shstrtab\0");

    private int NameOffset(string name) => Encoding.ASCII.GetString(Names()).IndexOf(name, StringComparison.Ordinal);

    private void WriteHeader(byte[] image, int sections)
    {
        byte[] identification =
            [0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)Class, IsBigEndian ? (byte)2 : (byte)1, 1];
        identification.CopyTo(image, 0);
        int at = Put(image, 16, 2, 2);
        at = Put(image, at, 2, 40);
        at = Put(image, at, 4, 1);
        at = PutNative(image, at, EntryPoint);
        at = PutNative(image, at, (ulong)HeaderBytes);
        at = PutNative(image, at, (ulong)SectionTableOffset);
        at = Put(image, at, 4, 0);
        at = Put(image, at, 2, (ulong)HeaderBytes);
        at = Put(image, at, 2, (ulong)ProgramHeaderBytes);
        at = Put(image, at, 2, (ulong)Segments.Count);
        at = Put(image, at, 2, (ulong)SectionHeaderBytes);
        at = Put(image, at, 2, (ulong)sections);
        Put(image, at, 2, (ulong)(sections - 1));
    }

    private void WriteSegment(byte[] image, int index)
    {
        TestSegment segment = Segments[index];
        int at = Put(image, HeaderBytes + (index * ProgramHeaderBytes), 4, (uint)segment.Type);
        if (IsWide)
        {
            at = Put(image, at, 4, segment.Flags);
        }

        at = PutNative(image, at, (ulong)OffsetOf(index));
        at = PutNative(image, at, segment.VirtualAddress);
        at = PutNative(image, at, segment.PhysicalAddress);
        at = PutNative(image, at, (ulong)segment.Content.Length);
        at = PutNative(image, at, (ulong)(segment.Content.Length + segment.ZeroBytes));
        if (!IsWide)
        {
            at = Put(image, at, 4, segment.Flags);
        }

        PutNative(image, at, 4);
        segment.Content.CopyTo(image, OffsetOf(index));
    }

    private void WriteSection(byte[] image, int index, int name, uint type, ulong address, int offset, int size)
    {
        int at = Put(image, SectionHeaderOffset(index), 4, (ulong)name);
        at = Put(image, at, 4, type);
        at = PutNative(image, at, 2);
        at = PutNative(image, at, address);
        at = PutNative(image, at, (ulong)offset);
        at = PutNative(image, at, (ulong)size);
        at = Put(image, at, 4, 0);
        at = Put(image, at, 4, 0);
        at = PutNative(image, at, 4);
        PutNative(image, at, 0);
    }

    private int PutNative(byte[] image, int at, ulong value) => Put(image, at, IsWide ? 8 : 4, value);

    /// <summary>Writes a field in the image's byte order, and says where the next one is.</summary>
    public int Put(byte[] image, int at, int size, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes = bytes[..size];
        if (IsBigEndian)
        {
            bytes.Reverse();
        }

        bytes.CopyTo(image.AsSpan(at));
        return at + size;
    }
}
