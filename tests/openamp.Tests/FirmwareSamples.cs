// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Tests;

/// <summary>Firmware of a small Arm processor, written byte by byte, and a dump of its memory.</summary>
internal static class FirmwareSamples
{
    public const uint TextAddress = 0x1000_0000;
    public const uint DataAddress = 0x2000_0000;
    public const uint CounterAddress = DataAddress + CounterAt;
    public const uint TraceAddress = DataAddress + 0x1000;
    public const uint StackAddress = DataAddress + 0x200;
    public const int TraceBytes = 64;
    public const int TextOffset = 0x100;
    public const int DataOffset = 0x200;
    public const int DataFlagsOffset = 84 + 24;

    public const string TableJson = """
        {
          "version": 1,
          "entries": [
            { "kind": "trace", "name": "trace0", "address": "0x20001000", "lengthBytes": 64 },
            { "kind": "vdev", "deviceId": 7, "deviceFeatures": 1, "vrings": [
              { "entryCount": 16, "alignmentBytes": 4096 }, { "entryCount": 16, "alignmentBytes": 4096 } ] }
          ]
        }
        """;

    private const int CounterAt = 0x100;
    private const int TextBytes = 0x40;
    private const int DataBytes = 0x110;
    private const int SymbolsAt = 0x400;
    private const int StringsAt = 0x480;
    private const int SectionsAt = 0x500;
    private const int SectionCount = 7;
    private const string Strings = "\0reset\0work\0error_count\0";
    private const string Names = "\0.text\0.resource_table\0.data\0.symtab\0.strtab\0.shstrtab\0";

    public static byte[] Table() => ResourceTableDocument.Parse(TableJson).ToBytes();

    /// <summary>Two segments, seven sections, three symbols.</summary>
    public static byte[] Elf()
    {
        byte[] file = new byte[SectionsAt + (SectionCount * 40)];
        "\x7f"u8.CopyTo(file);
        "ELF\x01\x01\x01"u8.CopyTo(file.AsSpan(1));
        Halves(file, 0x10, 2, 40);
        Words(file, 0x14, 1, TextAddress + 1, 52, SectionsAt, 0x0500_0000);
        Halves(file, 0x28, 52, 32, 2, 40, SectionCount, SectionCount - 1);
        Words(file, 52, 1, TextOffset, TextAddress, TextAddress, TextBytes, TextBytes, 5, 4);
        Words(file, 84, 1, DataOffset, DataAddress, DataAddress, DataBytes, DataBytes, 6, 4);
        for (int i = 0; i < TextBytes; i++)
        {
            file[TextOffset + i] = (byte)(i + 1);
        }

        byte[] table = Table();
        table.CopyTo(file, DataOffset);
        Words(file, DataOffset + CounterAt, 42);
        Symbol(file, 1, "reset", TextAddress + 1, 0x20, 0x12, 1);
        Symbol(file, 2, "work", TextAddress + 0x21, 0x20, 0x12, 1);
        Symbol(file, 3, "error_count", CounterAddress, 4, 0x11, 3);
        Encoding.ASCII.GetBytes(Strings).CopyTo(file, StringsAt);
        Encoding.ASCII.GetBytes(Names).CopyTo(file, StringsAt + 0x40);
        Section(file, 1, ".text", 1, 6, TextAddress, TextOffset, TextBytes);
        Section(file, 2, ".resource_table", 1, 3, DataAddress, DataOffset, table.Length);
        Section(file, 3, ".data", 1, 3, CounterAddress, DataOffset + CounterAt, DataBytes - CounterAt);
        Section(file, 4, ".symtab", 2, 0, 0, SymbolsAt, 64, 5, 4, 16);
        Section(file, 5, ".strtab", 3, 0, 0, StringsAt, Strings.Length);
        Section(file, 6, ".shstrtab", 3, 0, 0, StringsAt + 0x40, Names.Length);
        return file;
    }

    /// <summary>The memory of that firmware after a while: it counted to 77, and said two lines.</summary>
    /// <param name="change">Changes the memory: text, data.</param>
    /// <param name="withRegisters">Whether the dump has a note of them: the processor was in work, called by reset.
    /// </param>
    public static byte[] Core(Action<byte[], byte[]>? change = null, bool withRegisters = true)
    {
        byte[] elf = Elf();
        byte[] text = elf.AsSpan(TextOffset, TextBytes).ToArray();
        byte[] data = new byte[0x2000];
        elf.AsSpan(DataOffset, DataBytes).CopyTo(data);
        Words(data, CounterAt, 77);
        Words(data, (int)(StackAddress - DataAddress), 1, TextAddress + 0x0b, DataAddress);
        "booted\nall is lost\n"u8.CopyTo(data.AsSpan((int)(TraceAddress - DataAddress)));
        change?.Invoke(text, data);
        byte[] status = new byte[148];
        Halves(status, 12, 11);
        Words(status, 72 + (13 * 4), StackAddress, TextAddress + 0x0b, TextAddress + 0x24);
        var layout = new ElfCoreLayout(
            new ElfCoreOptions { Machine = ElfMachine.Arm },
            [
                new ElfCoreSegment(TextAddress, TextBytes), new ElfCoreSegment(DataAddress, (ulong)data.Length),
                new ElfCoreSegment(0x3000_0000, 0x1000),
            ],
            withRegisters ? [new ElfCoreNote("CORE", 1, status)] : null);
        using var stream = new MemoryStream();
        var writer = new ElfCoreWriter(layout, stream);
        writer.Write(text);
        writer.Write(data);
        writer.Write(new byte[0x1000]);
        writer.Complete();
        return stream.ToArray();
    }

    private static void Words(byte[] bytes, int at, params ReadOnlySpan<uint> values)
    {
        foreach (uint value in values)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
            at += sizeof(uint);
        }
    }

    private static void Halves(byte[] bytes, int at, params ReadOnlySpan<ushort> values)
    {
        foreach (ushort value in values)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), value);
            at += sizeof(ushort);
        }
    }

    private static void Symbol(byte[] file, int index, string name, uint value, uint size, byte kind, ushort section)
    {
        int at = SymbolsAt + (index * 16);
        Words(file, at, (uint)Strings.IndexOf(name, StringComparison.Ordinal), value, size);
        file[at + 12] = kind;
        Halves(file, at + 14, section);
    }

    private static void Section(
        byte[] file,
        int index,
        string name,
        uint type,
        uint flags,
        uint address,
        int offset,
        int size,
        uint link = 0,
        uint typeSpecific = 0,
        uint entryBytes = 0)
        => Words(
            file, SectionsAt + (index * 40), (uint)Names.IndexOf(name + "\0", StringComparison.Ordinal), type, flags,
            address, (uint)offset, (uint)size, link, typeSpecific, 4, entryBytes);
}
