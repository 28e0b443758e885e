// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>What an ELF header must keep so that reading on is safe (gABI, chapter 4, ELF Header).</summary>
internal static class HeaderRules
{
    /// <summary>The first bytes of every ELF file (EI_MAG0 to EI_MAG3).</summary>
    public static ReadOnlySpan<byte> Magic => [0x7f, (byte)'E', (byte)'L', (byte)'F'];

    /// <summary>Decodes a header. Its counts are as the 16-bit fields have them.</summary>
    /// <param name="bytes">The file's first bytes: as many as a header of 64 bits has, or the whole file.</param>
    /// <param name="header">The header.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out ElfHeader header, out ElfFault fault)
    {
        header = default;
        if (!CheckIdentification(bytes, out fault))
        {
            return false;
        }

        var elfClass = (ElfClass)bytes[ElfLayout.ClassAt];
        int headerBytes = ElfLayout.Of(elfClass).HeaderBytes;
        if (bytes.Length < headerBytes)
        {
            fault = TooShort(bytes.Length, headerBytes);
            return false;
        }

        header = Decode(new(bytes, elfClass, (ElfByteOrder)bytes[ElfLayout.ByteOrderAt]), elfClass);
        return true;
    }

    /// <summary>Whether one of the counts is too large for its field, so that section 0 holds it.</summary>
    /// <param name="header">The header, with the counts of its fields.</param>
    public static bool NeedsFirstSection(in ElfHeader header)
        => header.ProgramHeaderCount == ElfLayout.Extended
            || (HasSectionHeaders(header)
                && (header.SectionHeaderCount == 0 || header.NameTableIndex == ElfLayout.Extended));

    /// <summary>Whether there are section headers. Without an offset there are none, whatever the count says, and
    /// tools that cut them off leave a length of 0.</summary>
    /// <param name="header">The header, with the counts of its fields.</param>
    public static bool HasSectionHeaders(in ElfHeader header)
        => header.SectionHeadersOffsetBytes != 0
            && (header.SectionHeaderCount != 0 || header.SectionHeaderBytes != 0);

    /// <summary>Whether section 0 can be read: there is one, of the right length, within the file.</summary>
    /// <param name="header">The header, with the counts of its fields.</param>
    /// <param name="fileBytes">The file's length in bytes.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool CheckFirstSection(in ElfHeader header, ulong fileBytes, out ElfFault fault)
    {
        if (!HasSectionHeaders(header))
        {
            fault = new(
                ElfRule.CountWithoutSection,
                (ulong)ElfLayout.Of(header.Class).ProgramHeaderCountAt,
                0,
                ElfLayout.Extended,
                "the number of program headers is said to be in section 0 (PN_XNUM), and the file has no sections");
            return false;
        }

        return CheckSectionHeaders(header with { SectionHeaderCount = 1 }, fileBytes, out fault);
    }

    /// <summary>Whether the program headers have the right length and are within the file.</summary>
    /// <param name="header">The header, with the real counts.</param>
    /// <param name="fileBytes">The file's length in bytes.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool CheckProgramHeaders(in ElfHeader header, ulong fileBytes, out ElfFault fault)
    {
        fault = default;
        if (header.ProgramHeaderCount == 0)
        {
            return true;
        }

        var layout = ElfLayout.Of(header.Class);
        if (header.ProgramHeaderBytes != layout.ProgramHeaderBytes)
        {
            fault = WrongEntrySize(
                ElfRule.ProgramHeaderSize,
                layout.ProgramHeaderSizeAt,
                layout.ProgramHeaderBytes,
                header.ProgramHeaderBytes,
                "program header (e_phentsize)");
            return false;
        }

        ulong length = header.ProgramHeaderCount * (ulong)layout.ProgramHeaderBytes;
        ElfRange table = new(header.ProgramHeadersOffsetBytes, length);
        if (table.OffsetBytes == 0 || !table.IsWithin(fileBytes))
        {
            fault = Outside(
                ElfRule.ProgramHeadersOutsideFile,
                layout.ProgramHeadersAt,
                table,
                fileBytes,
                "program headers (e_phoff)");
            return false;
        }

        return true;
    }

    /// <summary>Whether the section headers have the right length and are within the file.</summary>
    /// <param name="header">The header, with the real counts.</param>
    /// <param name="fileBytes">The file's length in bytes.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool CheckSectionHeaders(in ElfHeader header, ulong fileBytes, out ElfFault fault)
    {
        fault = default;
        if (header.SectionHeaderCount == 0)
        {
            return true;
        }

        var layout = ElfLayout.Of(header.Class);
        if (header.SectionHeaderBytes != layout.SectionHeaderBytes)
        {
            fault = WrongEntrySize(
                ElfRule.SectionHeaderSize,
                layout.SectionHeaderSizeAt,
                layout.SectionHeaderBytes,
                header.SectionHeaderBytes,
                "section header (e_shentsize)");
            return false;
        }

        ulong length = header.SectionHeaderCount * (ulong)layout.SectionHeaderBytes;
        ElfRange table = new(header.SectionHeadersOffsetBytes, length);
        if (!table.IsWithin(fileBytes))
        {
            fault = Outside(
                ElfRule.SectionHeadersOutsideFile,
                layout.SectionHeadersAt,
                table,
                fileBytes,
                "section headers (e_shoff)");
            return false;
        }

        return true;
    }

    private static bool CheckIdentification(ReadOnlySpan<byte> bytes, out ElfFault fault)
    {
        fault = default;
        if (!Magic.StartsWith(bytes[..Math.Min(bytes.Length, Magic.Length)]))
        {
            fault = new(
                ElfRule.Magic, 0, 0x7f454c46, Number(bytes), "the file does not begin with 7f 45 4c 46: it is not ELF");
        }
        else if (bytes.Length < ElfLayout.IdentificationBytes)
        {
            fault = TooShort(bytes.Length, ElfLayout.Elf32.HeaderBytes);
        }
        else if (bytes[ElfLayout.ClassAt] is not ((byte)ElfClass.Elf32 or (byte)ElfClass.Elf64))
        {
            fault = new(
                ElfRule.UnknownClass,
                ElfLayout.ClassAt,
                (ulong)ElfClass.Elf32,
                bytes[ElfLayout.ClassAt],
                $"the class is {bytes[ElfLayout.ClassAt]}, known are 1 (32 bits) and 2 (64 bits)");
        }
        else if (bytes[ElfLayout.ByteOrderAt] is not ((byte)ElfByteOrder.LittleEndian or (byte)ElfByteOrder.BigEndian))
        {
            fault = new(
                ElfRule.UnknownByteOrder,
                ElfLayout.ByteOrderAt,
                (ulong)ElfByteOrder.LittleEndian,
                bytes[ElfLayout.ByteOrderAt],
                $"the byte order is {bytes[ElfLayout.ByteOrderAt]}, known are 1 (little endian) and 2 (big endian)");
        }

        return fault.Rule == ElfRule.None;
    }

    private static ElfHeader Decode(ElfFields fields, ElfClass elfClass)
    {
        var layout = ElfLayout.Of(elfClass);
        return new()
        {
            Class = elfClass,
            ByteOrder = (ElfByteOrder)fields.Byte(ElfLayout.ByteOrderAt),
            IdentificationVersion = fields.Byte(ElfLayout.IdentificationVersionAt),
            OsAbi = fields.Byte(ElfLayout.OsAbiAt),
            OsAbiVersion = fields.Byte(ElfLayout.OsAbiVersionAt),
            Type = (ElfType)fields.Half(ElfLayout.TypeAt),
            Machine = (ElfMachine)fields.Half(ElfLayout.MachineAt),
            Version = fields.Word(ElfLayout.VersionAt),
            EntryPoint = fields.Native(ElfLayout.EntryPointAt),
            ProgramHeadersOffsetBytes = fields.Native(layout.ProgramHeadersAt),
            SectionHeadersOffsetBytes = fields.Native(layout.SectionHeadersAt),
            Flags = fields.Word(layout.HeaderFlagsAt),
            HeaderBytes = fields.Half(layout.HeaderSizeAt),
            ProgramHeaderBytes = fields.Half(layout.ProgramHeaderSizeAt),
            ProgramHeaderCount = fields.Half(layout.ProgramHeaderCountAt),
            SectionHeaderBytes = fields.Half(layout.SectionHeaderSizeAt),
            SectionHeaderCount = fields.Half(layout.SectionHeaderCountAt),
            NameTableIndex = fields.Half(layout.NameTableIndexAt),
        };
    }

    private static ElfFault TooShort(int actualBytes, int headerBytes)
        => new(
            ElfRule.FileTooShort,
            (ulong)actualBytes,
            (ulong)headerBytes,
            (ulong)actualBytes,
            $"the file has {actualBytes} bytes, an ELF header has {headerBytes}: it is cut short");

    private static ElfFault WrongEntrySize(ElfRule rule, int at, int expected, int actual, string what)
        => new(
            rule,
            (ulong)at,
            (ulong)expected,
            (ulong)actual,
            $"the length of a {what} is {actual} bytes, this class has {expected}");

    private static ElfFault Outside(ElfRule rule, int at, ElfRange table, ulong fileBytes, string what)
        => new(
            rule,
            (ulong)at,
            fileBytes,
            table.OffsetBytes,
            $"the {what} need {table.LengthBytes} bytes at offset 0x{table.OffsetBytes:x}, the file has {fileBytes} "
                + "bytes: it is cut short, or its header is damaged");

    private static ulong Number(ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        foreach (byte value in bytes[..Math.Min(bytes.Length, Magic.Length)])
        {
            number = (number << 8) | value;
        }

        return number;
    }
}
