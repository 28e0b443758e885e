// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace OpenAmp.Tool.Objects;

/// <summary>An ELF object file, as a compiler writes it, in pieces that can be changed and written again.</summary>
/// <remarks>Little-endian, 32 or 64 bits, without section groups: what the compiler of firmware writes.</remarks>
internal sealed class ObjectFile
{
    private const int SymbolTable = 2;
    private const int FirstSpecialIndex = 0xFF00;

    private ObjectFile(byte[] head, bool is64)
    {
        Head = head;
        Is64 = is64;
    }

    /// <summary>The file's first bytes: the ELF header.</summary>
    public byte[] Head { get; }

    public bool Is64 { get; }

    /// <summary>Whether code is Thumb: 32-bit Arm's compiler writes nothing else.</summary>
    public bool IsThumb => !Is64;

    public List<ObjectSection> Sections { get; } = [];

    public List<ObjectSymbol> Symbols { get; } = [];

    /// <summary>Reads an object file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="IOException">It is none, or not such a one.</exception>
    public static ObjectFile Read(byte[] bytes, string path)
    {
        try
        {
            return new Reader(bytes).Read();
        }
        catch (Exception exception) when (exception
            is ArgumentException or OverflowException or IndexOutOfRangeException or InvalidDataException)
        {
            throw new IOException(
                $"{path}: expected a little-endian ELF object file without section groups, found something else "
                + $"({exception.Message})", exception);
        }
    }

    private readonly struct Header(uint name, uint type, ulong flags, ulong offset, ulong size)
    {
        public uint Name { get; } = name;

        public uint Type { get; } = type;

        public ulong Flags { get; } = flags;

        public int Offset { get; } = checked((int)offset);

        public int Size { get; } = checked((int)size);

        public uint Link { get; init; }

        public uint Info { get; init; }

        public ulong Alignment { get; init; }

        public ulong EntrySize { get; init; }
    }

    private sealed class Reader(byte[] bytes)
    {
        private readonly bool _is64 = bytes[4] == 2;
        private readonly List<Header> _headers = [];
        private readonly Dictionary<int, ObjectSection> _byIndex = [];
        private readonly Dictionary<int, ObjectSymbol> _symbols = [];

        public ObjectFile Read()
        {
            if (bytes[0] != 0x7F || bytes[1] != 'E' || bytes[5] != 1 || Half(16) != 1)
            {
                throw new InvalidDataException("the first bytes are others");
            }

            var file = new ObjectFile(bytes[..(_is64 ? 64 : 52)], _is64);
            ReadHeaders();
            ReadSections(file);
            ReadSymbols(file);
            ReadRelocations();
            return file;
        }

        private void ReadHeaders()
        {
            ulong start = _is64 ? Wide(40) : Word(32);
            int size = Half(_is64 ? 58 : 46);
            int count = Half(_is64 ? 60 : 48);
            for (int i = 0; i < count; i++)
            {
                int at = checked((int)start) + (i * size);
                _headers.Add(_is64
                    ? new(Word(at), Word(at + 4), Wide(at + 8), Wide(at + 24), Wide(at + 32))
                    {
                        Link = Word(at + 40),
                        Info = Word(at + 44),
                        Alignment = Wide(at + 48),
                        EntrySize = Wide(at + 56),
                    }
                    : new(Word(at), Word(at + 4), Word(at + 8), Word(at + 16), Word(at + 20))
                    {
                        Link = Word(at + 24),
                        Info = Word(at + 28),
                        Alignment = Word(at + 32),
                        EntrySize = Word(at + 36),
                    });
            }
        }

        private void ReadSections(ObjectFile file)
        {
            int names = _headers[Half(_is64 ? 62 : 50)].Offset;
            for (int i = 1; i < _headers.Count; i++)
            {
                Header header = _headers[i];
                if (header.Type == ObjectSection.Group)
                {
                    throw new InvalidDataException("a section group");
                }

                string name = Text(names + (int)header.Name);
                bool isOther = header.Type is SymbolTable or ObjectSection.Relocations32 or ObjectSection.Relocations64
                    || name is ".strtab" or ".shstrtab";
                if (isOther)
                {
                    continue;
                }

                bool hasBytes = header.Type != ObjectSection.NoBits;
                var section = new ObjectSection
                {
                    Name = name,
                    Type = header.Type,
                    Flags = header.Flags,
                    Alignment = header.Alignment,
                    EntrySize = header.EntrySize,
                    Bytes = hasBytes ? bytes[header.Offset..(header.Offset + header.Size)] : [],
                    SizeBytes = (ulong)header.Size,
                };
                _byIndex[i] = section;
                file.Sections.Add(section);
            }
        }

        private void ReadSymbols(ObjectFile file)
        {
            Header table = _headers.Find(header => header.Type == SymbolTable);
            int names = _headers[(int)table.Link].Offset;
            int size = _is64 ? 24 : 16;
            for (int i = 1; i < table.Size / size; i++)
            {
                int at = table.Offset + (i * size);
                ushort index = Half(at + (_is64 ? 6 : 14));
                var symbol = new ObjectSymbol
                {
                    Name = Text(names + (int)Word(at)),
                    Section = _byIndex.GetValueOrDefault(index),
                    SpecialIndex = index is 0 or >= FirstSpecialIndex ? index : (ushort)0,
                    Value = _is64 ? Wide(at + 8) : Word(at + 4),
                    SizeBytes = _is64 ? Wide(at + 16) : Word(at + 8),
                    Kind = bytes[at + (_is64 ? 4 : 12)],
                    Visibility = bytes[at + (_is64 ? 5 : 13)],
                };
                _symbols[i] = symbol;
                file.Symbols.Add(symbol);
            }
        }

        private void ReadRelocations()
        {
            foreach (Header header in _headers)
            {
                bool hasAddend = header.Type == ObjectSection.Relocations64;
                if (!hasAddend && header.Type != ObjectSection.Relocations32)
                {
                    continue;
                }

                ObjectSection section = _byIndex[(int)header.Info];
                int size = (_is64 ? 16 : 8) + (!hasAddend ? 0 : _is64 ? 8 : 4);
                for (int at = header.Offset; at < header.Offset + header.Size; at += size)
                {
                    ulong both = _is64 ? Wide(at + 8) : Word(at + 4);
                    section.Relocations.Add(new()
                    {
                        Offset = _is64 ? Wide(at) : Word(at),
                        Type = (uint)(_is64 ? both & 0xFFFFFFFF : both & 0xFF),
                        Symbol = _symbols[(int)(both >> (_is64 ? 32 : 8))],
                        Addend = !hasAddend ? 0 : _is64 ? (long)Wide(at + 16) : (int)Word(at + 8),
                    });
                }
            }
        }

        private ushort Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

        private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

        private ulong Wide(int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

        private string Text(int at)
            => Encoding.UTF8.GetString(bytes.AsSpan(at, bytes.AsSpan(at).IndexOf((byte)0)));
    }
}
