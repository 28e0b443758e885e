// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace OpenAmp.Tool.Objects;

/// <summary>The line table of an object file (DWARF 4, section 6.2): which line an instruction belongs to.</summary>
internal sealed class LineTable
{
    private const int HeaderStart = 6;
    private const byte Copy = 1;
    private const byte AdvancePc = 2;
    private const byte AdvanceLine = 3;
    private const byte SetFile = 4;
    private const byte SetColumn = 5;
    private const byte NegateStatement = 6;
    private const byte ConstAddPc = 8;
    private const byte FixedAdvancePc = 9;
    private const byte EndSequence = 1;
    private const byte SetAddress = 2;

    private readonly ObjectFile _file;
    private readonly ObjectSection _section;
    private readonly byte[] _bytes;
    private readonly Dictionary<ulong, ObjectRelocation> _relocations;
    private readonly List<string> _folders = [];
    private readonly List<(string Name, uint Folder)> _files = [];
    private int _at;
    private int _programStart;
    private byte _instructionBytes;
    private sbyte _lineBase;
    private byte _lineRange;
    private byte _opcodeBase;
    private byte[] _operandCounts = [];

    private LineTable(ObjectFile file, ObjectSection section)
    {
        _file = file;
        _section = section;
        _bytes = section.Bytes;
        _relocations = section.Relocations.ToDictionary(relocation => relocation.Offset);
    }

    public List<LineRow> Rows { get; } = [];

    /// <summary>Reads the table, when there is one that is understood.</summary>
    public static LineTable? Read(ObjectFile file)
    {
        ObjectSection? section = file.Sections.Find(section => section.Name == ".debug_line");
        if (section is null || section.Bytes.Length < 16
            || BinaryPrimitives.ReadUInt16LittleEndian(section.Bytes.AsSpan(4)) != 4
            || BinaryPrimitives.ReadUInt32LittleEndian(section.Bytes) + 4 != section.Bytes.Length)
        {
            return null;
        }

        var table = new LineTable(file, section);
        table.ReadHeader();
        table.ReadProgram();
        return table;
    }

    /// <summary>Path of a source file.</summary>
    public string PathOf(uint number)
    {
        if (number == 0 || number > _files.Count)
        {
            return "?";
        }

        (string name, uint folder) = _files[(int)number - 1];
        return folder == 0 || folder > _folders.Count ? name : $"{_folders[(int)folder - 1]}/{name}";
    }

    /// <summary>Where in the sources an instruction comes from.</summary>
    /// <param name="section">Its section, as the table knows it.</param>
    /// <param name="offset">Its offset there.</param>
    public string? Locate(ObjectSection section, ulong offset)
    {
        LineRow best = default;
        foreach (LineRow row in Rows)
        {
            bool isNearer = best.File == 0 || row.Offset >= best.Offset;
            best = row.Section == section && row.Offset <= offset && !row.IsEnd && isNearer ? row : best;
        }

        return best.File == 0 ? null : $"{PathOf(best.File)}({best.Line})";
    }

    /// <summary>Writes the table again, a sequence for each piece, since pieces may lie apart.</summary>
    public void Rewrite(IReadOnlyList<ObjectPiece> pieces)
    {
        var program = new MemoryStream();
        program.Write(_bytes.AsSpan(0, _programStart));
        _section.Relocations.Clear();
        ILookup<ObjectSection?, LineRow> rows = Rows.Where(row => !row.IsEnd).ToLookup(row => row.Section);
        foreach (ObjectPiece piece in pieces.Where(piece => piece.Section.IsCode))
        {
            LineRow[] inside = [.. rows[piece.Origin]
                .Where(row => row.Offset >= piece.Start && row.Offset < piece.End)
                .OrderBy(row => row.Offset)];
            if (inside.Length > 0)
            {
                WriteSequence(program, piece, inside);
            }
        }

        byte[] bytes = program.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length - 4);
        _section.Bytes = bytes;
        _section.SizeBytes = (ulong)bytes.Length;
    }

    private void WriteSequence(MemoryStream program, ObjectPiece piece, LineRow[] rows)
    {
        int addressBytes = _file.Is64 ? 8 : 4;
        program.Write([0, (byte)(addressBytes + 1), SetAddress]);
        _section.Relocations.Add(new()
        {
            Offset = (ulong)program.Length,
            Type = _file.Is64 ? ObjectRelocation.Arm64Abs64 : ObjectRelocation.ArmAbs32,
            Symbol = piece.Symbol,
        });
        program.Write(new byte[addressBytes]);

        var state = new LineRow(null, 0, 1, 1, 0, false);
        foreach (LineRow row in rows)
        {
            ulong offset = piece.Map(row.Offset);
            AdvanceTo(program, offset - state.Offset);
            if (row.File != state.File)
            {
                program.WriteByte(SetFile);
                WriteUnsigned(program, row.File);
            }

            if (row.Column != state.Column)
            {
                program.WriteByte(SetColumn);
                WriteUnsigned(program, row.Column);
            }

            program.WriteByte(AdvanceLine);
            WriteSigned(program, (long)row.Line - state.Line);
            program.WriteByte(Copy);
            state = row with { Offset = offset };
        }

        AdvanceTo(program, piece.Map(piece.End) - state.Offset);
        program.Write([0, 1, EndSequence]);
    }

    private void AdvanceTo(MemoryStream program, ulong distance)
    {
        if (distance > 0)
        {
            program.WriteByte(AdvancePc);
            WriteUnsigned(program, (uint)(distance / _instructionBytes));
        }
    }

    private void ReadHeader()
    {
        _at = HeaderStart;
        _programStart = (int)Word() + 10;
        _instructionBytes = _bytes[_at];
        _lineBase = unchecked((sbyte)_bytes[_at + 3]);
        _lineRange = _bytes[_at + 4];
        _opcodeBase = _bytes[_at + 5];
        _operandCounts = _bytes[(_at + 6)..(_at + 5 + _opcodeBase)];
        _at += 5 + _opcodeBase;
        for (string name = Text(); name.Length > 0; name = Text())
        {
            _folders.Add(name);
        }

        for (string name = Text(); name.Length > 0; name = Text())
        {
            _files.Add((name, Unsigned()));
            _ = Unsigned();
            _ = Unsigned();
        }

        _at = _programStart;
    }

    private void ReadProgram()
    {
        var start = new LineRow(null, 0, 1, 1, 0, false);
        LineRow row = start;
        while (_at < _bytes.Length)
        {
            byte code = _bytes[_at++];
            if (code == 0)
            {
                row = ReadExtended(row, out bool isEnd);
                if (isEnd)
                {
                    Rows.Add(row with { IsEnd = true });
                    row = start;
                }
            }
            else if (code >= _opcodeBase)
            {
                int adjusted = code - _opcodeBase;
                row = row with
                {
                    Offset = row.Offset + (ulong)(adjusted / _lineRange * _instructionBytes),
                    Line = unchecked((uint)(row.Line + _lineBase + (adjusted % _lineRange))),
                };
                Rows.Add(row);
            }
            else
            {
                row = ReadStandard(row, code);
                if (code == Copy)
                {
                    Rows.Add(row);
                }
            }
        }
    }

    private LineRow ReadStandard(LineRow row, byte code)
    {
        switch (code)
        {
            case Copy or NegateStatement:
                return row;
            case AdvancePc:
                return row with { Offset = row.Offset + ((ulong)Unsigned() * _instructionBytes) };
            case AdvanceLine:
                return row with { Line = unchecked((uint)(row.Line + Signed())) };
            case SetFile:
                return row with { File = Unsigned() };
            case SetColumn:
                return row with { Column = Unsigned() };
            case ConstAddPc:
                return row with
                {
                    Offset = row.Offset + (ulong)((255 - _opcodeBase) / _lineRange * _instructionBytes),
                };
            case FixedAdvancePc:
                _at += 2;
                return row with
                {
                    Offset = row.Offset + BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(_at - 2)),
                };
            default:
                for (int i = 0; i < _operandCounts[code - 1]; i++)
                {
                    _ = Unsigned();
                }

                return row;
        }
    }

    private LineRow ReadExtended(LineRow row, out bool isEnd)
    {
        int length = (int)Unsigned();
        int end = _at + length;
        byte code = _bytes[_at++];
        isEnd = code == EndSequence;
        if (code == SetAddress)
        {
            ulong offset = _file.Is64
                ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(_at))
                : BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_at));
            if (_relocations.TryGetValue((ulong)_at, out ObjectRelocation? relocation))
            {
                offset = unchecked(offset + (ulong)relocation.Addend + relocation.Symbol.Offset(_file.IsThumb));
                row = row with { Section = relocation.Symbol.Section };
            }

            row = row with { Offset = offset };
        }

        _at = end;
        return row;
    }

    private uint Word()
    {
        _at += 4;
        return BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_at - 4));
    }

    private string Text()
    {
        int length = _bytes.AsSpan(_at).IndexOf((byte)0);
        _at += length + 1;
        return Encoding.UTF8.GetString(_bytes.AsSpan(_at - length - 1, length));
    }

    private uint Unsigned() => (uint)Leb.ReadUnsigned(_bytes, ref _at);

    private long Signed() => Leb.ReadSigned(_bytes, ref _at);

    private static void WriteUnsigned(MemoryStream stream, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)((value & 0x7F) | 0x80));
        }

        stream.WriteByte((byte)value);
    }

    private static void WriteSigned(MemoryStream stream, long value)
    {
        for (; value is < -64 or > 63; value >>= 7)
        {
            stream.WriteByte((byte)((value & 0x7F) | 0x80));
        }

        stream.WriteByte((byte)(value & 0x7F));
    }
}
