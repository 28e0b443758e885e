// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace OpenAmp.Tool.Objects;

/// <summary>Writes an object file.</summary>
internal sealed class ObjectWriter
{
    private const uint SymbolTable = 2;
    private const uint StringTable = 3;
    private const ulong InfoLink = 0x40;

    private readonly ObjectFile _file;
    private readonly List<ObjectSymbol> _symbols;
    private readonly Dictionary<ObjectSymbol, uint> _symbolIndex = [];
    private readonly Dictionary<ObjectSection, uint> _sectionIndex = [];
    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly ArrayBufferWriter<byte> _names = new();
    private readonly ArrayBufferWriter<byte> _headers = new();
    private readonly ArrayBufferWriter<byte> _strings = new();

    private ObjectWriter(ObjectFile file)
    {
        _file = file;
        _symbols = [.. file.Symbols.Where(symbol => symbol.IsLocal), .. file.Symbols.Where(symbol => !symbol.IsLocal)];
        _names.Write([(byte)0]);
        _strings.Write([(byte)0]);
    }

    /// <summary>Gives the bytes of an object file.</summary>
    public static byte[] Write(ObjectFile file) => new ObjectWriter(file).Write();

    private byte[] Write()
    {
        _body.Write(_file.Head);
        for (int i = 0; i < _symbols.Count; i++)
        {
            _symbolIndex[_symbols[i]] = (uint)i + 1;
        }

        for (int i = 0; i < _file.Sections.Count; i++)
        {
            _sectionIndex[_file.Sections[i]] = (uint)i + 1;
        }

        AddHeader("", 0, 0, 0, 0, 0, 0, 0, 0);
        foreach (ObjectSection section in _file.Sections)
        {
            ulong at = Append(section.Bytes, section.Alignment);
            AddHeader(
                section.Name, section.Type, section.Flags, at, section.SizeBytes, 0, 0, section.Alignment,
                section.EntrySize);
        }

        ObjectSection[] relocated = [.. _file.Sections.Where(section => section.Relocations.Count > 0)];
        uint symbolTable = (uint)(_file.Sections.Count + relocated.Length + 1);
        foreach (ObjectSection section in relocated)
        {
            WriteRelocations(section, symbolTable);
        }

        WriteSymbols(symbolTable);
        return Finish(symbolTable);
    }

    private void WriteRelocations(ObjectSection section, uint symbolTable)
    {
        var table = new ArrayBufferWriter<byte>();
        foreach (ObjectRelocation relocation in section.Relocations)
        {
            uint symbol = _symbolIndex[relocation.Symbol];
            WriteNative(table, relocation.Offset);
            WriteNative(table, _file.Is64
                ? ((ulong)symbol << 32) | relocation.Type
                : ((ulong)symbol << 8) | relocation.Type);
            if (_file.Is64)
            {
                WriteNative(table, unchecked((ulong)relocation.Addend));
            }
        }

        AddHeader(
            (_file.Is64 ? ".rela" : ".rel") + section.Name,
            _file.Is64 ? ObjectSection.Relocations64 : ObjectSection.Relocations32,
            InfoLink,
            Append(table.WrittenSpan, 8),
            (ulong)table.WrittenCount,
            symbolTable,
            _sectionIndex[section],
            _file.Is64 ? 8u : 4u,
            _file.Is64 ? 24u : 8u);
    }

    private void WriteSymbols(uint symbolTable)
    {
        var table = new ArrayBufferWriter<byte>();
        table.Write(new byte[_file.Is64 ? 24 : 16]);
        foreach (ObjectSymbol symbol in _symbols)
        {
            uint name = AddText(_strings, symbol.Name);
            ushort section = symbol.Section is null ? symbol.SpecialIndex : (ushort)_sectionIndex[symbol.Section];
            table.Write(BitConverter.GetBytes(name));
            if (_file.Is64)
            {
                table.Write([symbol.Kind, symbol.Visibility, .. BitConverter.GetBytes(section)]);
            }

            WriteNative(table, symbol.Value);
            WriteNative(table, symbol.SizeBytes);
            if (!_file.Is64)
            {
                table.Write([symbol.Kind, symbol.Visibility, .. BitConverter.GetBytes(section)]);
            }
        }

        AddHeader(
            ".symtab",
            SymbolTable,
            0,
            Append(table.WrittenSpan, 8),
            (ulong)table.WrittenCount,
            symbolTable + 1,
            (uint)_symbols.Count(symbol => symbol.IsLocal) + 1,
            8,
            _file.Is64 ? 24u : 16u);
        ulong at = Append(_strings.WrittenSpan, 1);
        AddHeader(".strtab", StringTable, 0, at, (ulong)_strings.WrittenCount, 0, 0, 1, 0);
    }

    private byte[] Finish(uint symbolTable)
    {
        uint name = AddText(_names, ".shstrtab");
        ulong at = Append(_names.WrittenSpan, 1);
        AddHeader(name, StringTable, 0, at, (ulong)_names.WrittenCount, 0, 0, 1, 0);
        ulong headers = Append(_headers.WrittenSpan, 8);

        byte[] bytes = _body.WrittenSpan.ToArray();
        Span<byte> head = bytes;
        _ = _file.Is64
            ? BitConverter.TryWriteBytes(head[40..], headers)
            : BitConverter.TryWriteBytes(head[32..], (uint)headers);

        _ = BitConverter.TryWriteBytes(head[(_file.Is64 ? 60 : 48)..], (ushort)(symbolTable + 3));
        _ = BitConverter.TryWriteBytes(head[(_file.Is64 ? 62 : 50)..], (ushort)(symbolTable + 2));
        return bytes;
    }

    private ulong Append(ReadOnlySpan<byte> bytes, ulong alignment)
    {
        ulong wanted = Math.Max(alignment, 1);
        while ((ulong)_body.WrittenCount % wanted != 0)
        {
            _body.Write([(byte)0]);
        }

        ulong at = (ulong)_body.WrittenCount;
        _body.Write(bytes);
        return at;
    }

    private void AddHeader(
        string name, uint type, ulong flags, ulong at, ulong size, uint link, uint info, ulong alignment, ulong entry)
        => AddHeader(name.Length == 0 ? 0 : AddText(_names, name), type, flags, at, size, link, info, alignment, entry);

    private void AddHeader(
        uint name, uint type, ulong flags, ulong at, ulong size, uint link, uint info, ulong alignment, ulong entry)
    {
        _headers.Write(BitConverter.GetBytes(name));
        _headers.Write(BitConverter.GetBytes(type));
        WriteNative(_headers, flags);
        WriteNative(_headers, 0);
        WriteNative(_headers, at);
        WriteNative(_headers, size);
        _headers.Write(BitConverter.GetBytes(link));
        _headers.Write(BitConverter.GetBytes(info));
        WriteNative(_headers, alignment);
        WriteNative(_headers, entry);
    }

    private void WriteNative(ArrayBufferWriter<byte> stream, ulong value)
        => stream.Write(BitConverter.GetBytes(value).AsSpan(0, _file.Is64 ? 8 : 4));

    private static uint AddText(ArrayBufferWriter<byte> table, string text)
    {
        uint at = (uint)table.WrittenCount;
        table.Write(Encoding.UTF8.GetBytes(text));
        table.Write([(byte)0]);
        return at;
    }
}
