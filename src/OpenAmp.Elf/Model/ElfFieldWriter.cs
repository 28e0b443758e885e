// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Elf;

/// <summary>Writes the fields of one ELF structure in the file's class and byte order.</summary>
/// <remarks>The caller says where a field is, and has made sure that a value fits the class: one that does not is an
/// overflow, never cut.</remarks>
/// <param name="bytes">The structure, from its first byte.</param>
/// <param name="elfClass">Whether addresses and offsets have 32 or 64 bits.</param>
/// <param name="byteOrder">The order of a field's bytes.</param>
internal readonly ref struct ElfFieldWriter(Span<byte> bytes, ElfClass elfClass, ElfByteOrder byteOrder)
{
    private readonly Span<byte> _bytes = bytes;
    private readonly bool _is64 = elfClass == ElfClass.Elf64;
    private readonly bool _isBig = byteOrder == ElfByteOrder.BigEndian;

    public void Byte(int at, byte value) => _bytes[at] = value;

    public void Half(int at, ushort value)
    {
        if (_isBig)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_bytes[at..], value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_bytes[at..], value);
        }
    }

    public void Word(int at, uint value)
    {
        if (_isBig)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_bytes[at..], value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes[at..], value);
        }
    }

    public void DoubleWord(int at, ulong value)
    {
        if (_isBig)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_bytes[at..], value);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_bytes[at..], value);
        }
    }

    /// <summary>An address, an offset or a size: as wide as the class says.</summary>
    public void Native(int at, ulong value)
    {
        if (_is64)
        {
            DoubleWord(at, value);
        }
        else
        {
            Word(at, (uint)value);
        }
    }
}
