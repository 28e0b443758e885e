// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;
using System.IO;

namespace OpenAmp.Elf;

/// <summary>Prints an image's headers for people, in the shape that readelf has made familiar: header, sections,
/// segments, and which sections are in which segment.</summary>
/// <remarks>Numbers are those of the file and are the same in every culture.</remarks>
public static class ElfTextReport
{
    // Above this the table of sections in segments is longer than anybody reads, and takes as long as a hostile file
    // wants.
    private const long MaxMappingPairs = 1_000_000;

    /// <summary>Prints everything.</summary>
    /// <param name="writer">Where to print.</param>
    /// <param name="image">What to print.</param>
    public static void Write(TextWriter writer, ElfImage image)
    {
        WriteHeader(writer, image);
        WriteSections(writer, image);
        WriteSegments(writer, image);
        WriteMapping(writer, image);
    }

    /// <summary>Prints the ELF header.</summary>
    /// <param name="writer">Where to print.</param>
    /// <param name="image">What to print.</param>
    public static void WriteHeader(TextWriter writer, ElfImage image)
    {
        ElfHeader header = image.Header;
        writer.WriteLine("ELF Header:");
        WriteField(writer, "Class", header.Class == ElfClass.Elf64 ? "ELF64" : "ELF32");
        WriteField(
            writer,
            "Data",
            header.ByteOrder == ElfByteOrder.BigEndian
                ? "2's complement, big endian" : "2's complement, little endian");
        WriteField(writer, "OS/ABI", ElfWords.OsAbi(header.OsAbi));
        WriteField(writer, "ABI Version", Text($"{header.OsAbiVersion}"));
        WriteField(writer, "Type", ElfWords.Type(header.Type));
        WriteField(writer, "Machine", ElfWords.Machine(header.Machine));
        WriteField(writer, "Version", Text($"0x{header.Version:x}"));
        WriteField(writer, "Entry point address", Text($"0x{header.EntryPoint:x}"));
        WriteField(
            writer, "Start of program headers", Text($"{header.ProgramHeadersOffsetBytes} (bytes into file)"));
        WriteField(
            writer, "Start of section headers", Text($"{header.SectionHeadersOffsetBytes} (bytes into file)"));
        WriteField(writer, "Flags", Text($"0x{header.Flags:x}"));
        WriteField(writer, "Size of this header", Text($"{header.HeaderBytes} (bytes)"));
        WriteField(writer, "Size of program headers", Text($"{header.ProgramHeaderBytes} (bytes)"));
        WriteField(writer, "Number of program headers", Text($"{header.ProgramHeaderCount}"));
        WriteField(writer, "Size of section headers", Text($"{header.SectionHeaderBytes} (bytes)"));
        WriteField(writer, "Number of section headers", Text($"{header.SectionHeaderCount}"));
        WriteField(writer, "Section header string table index", Text($"{header.NameTableIndex}"));
        writer.WriteLine();
    }

    /// <summary>Prints the section headers.</summary>
    /// <param name="writer">Where to print.</param>
    /// <param name="image">What to print.</param>
    public static void WriteSections(TextWriter writer, ElfImage image)
    {
        if (image.Sections.IsEmpty)
        {
            writer.WriteLine("There are no sections in this file.");
            writer.WriteLine();
            return;
        }

        writer.WriteLine("Section Headers:");
        string address = image.Header.Class == ElfClass.Elf64 ? "Address         " : "Addr    ";
        writer.WriteLine($"  [Nr] Name              Type            {address} Off    Size   ES Flg Lk Inf Al");
        foreach (ElfSection section in image.Sections)
        {
            writer.WriteLine(Text(
                $"  [{section.Index,2}] {Printable(section.Name),-17} {ElfWords.SectionType(section.Type),-15} ")
                + Hex(section.Address, AddressDigits(image))
                + Text($" {section.OffsetBytes:x6} {section.SizeBytes:x6} {section.EntryBytes:x2} ")
                + Text($"{ElfWords.SectionFlags(section.Flags, image.Header.OsAbi),3} ")
                + Text($"{section.Link,2} {section.TypeSpecific,3} {section.AlignmentBytes,2}"));
        }

        writer.WriteLine();
    }

    /// <summary>Prints the program headers.</summary>
    /// <param name="writer">Where to print.</param>
    /// <param name="image">What to print.</param>
    public static void WriteSegments(TextWriter writer, ElfImage image)
    {
        if (image.Segments.IsEmpty)
        {
            writer.WriteLine("There are no program headers in this file.");
            writer.WriteLine();
            return;
        }

        int digits = AddressDigits(image);
        int sizeDigits = image.Header.Class == ElfClass.Elf64 ? 6 : 5;
        string virtualAddress = "VirtAddr".PadRight(digits + 2);
        string physicalAddress = "PhysAddr".PadRight(digits + 2);
        writer.WriteLine("Program Headers:");
        writer.WriteLine($"  Type           Offset   {virtualAddress} {physicalAddress} FileSiz MemSiz  Flg Align");
        foreach (ElfSegment segment in image.Segments)
        {
            writer.WriteLine(
                $"  {ElfWords.SegmentType(segment.Type, image.Header.Machine),-14} 0x{Hex(segment.OffsetBytes, 6)} "
                + $"0x{Hex(segment.VirtualAddress, digits)} 0x{Hex(segment.PhysicalAddress, digits)} "
                + $"0x{Hex(segment.FileBytes, sizeDigits)} 0x{Hex(segment.MemoryBytes, sizeDigits)} "
                + $"{ElfWords.SegmentFlags(segment.Flags)} {Alignment(segment.AlignmentBytes)}");
        }

        writer.WriteLine();
    }

    /// <summary>Prints which sections are in which segment, unless both are very many.</summary>
    /// <param name="writer">Where to print.</param>
    /// <param name="image">What to print.</param>
    public static void WriteMapping(TextWriter writer, ElfImage image)
    {
        if (image.Segments.IsEmpty || image.Sections.IsEmpty)
        {
            return;
        }

        if ((long)image.Segments.Length * image.Sections.Length > MaxMappingPairs)
        {
            writer.WriteLine(
                $" {image.Sections.Length} sections and {image.Segments.Length} segments are too many to map.");
            return;
        }

        writer.WriteLine(" Section to Segment mapping:");
        writer.WriteLine("  Segment Sections...");
        foreach (ElfSegment segment in image.Segments)
        {
            writer.Write(Text($"   {segment.Index:d2}    "));
            foreach (ElfSection section in image.Sections)
            {
                if (SectionPlace.IsIn(section, segment))
                {
                    writer.Write($" {Printable(section.Name)}");
                }
            }

            writer.WriteLine();
        }
    }

    private static int AddressDigits(ElfImage image) => image.Header.Class == ElfClass.Elf64 ? 16 : 8;

    private static void WriteField(TextWriter writer, string name, string value)
        => writer.WriteLine($"  {name + ":",-34} {value}");

    private static string Alignment(ulong bytes) => bytes == 0 ? "0" : Text($"0x{bytes:x}");

    private static string Hex(ulong value, int digits)
        => value.ToString("x", CultureInfo.InvariantCulture).PadLeft(digits, '0');

    private static string Text(System.FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name is whatever the file says: a terminal must not be told to do things by it.</summary>
    private static string Printable(string name)
        => string.Create(name.Length, name, (span, text) =>
        {
            for (int index = 0; index < text.Length; index++)
            {
                span[index] = char.IsControl(text[index]) ? '?' : text[index];
            }
        });
}
