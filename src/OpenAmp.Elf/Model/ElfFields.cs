// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Elf;

/// <summary>Reads the fields of one ELF structure in the file's class and byte order.</summary>
/// <remarks>The caller says where a field is, and has made sure that the structure is all there.</remarks>
/// <param name="bytes">The structure, from its first byte.</param>
/// <param name="elfClass">Whether addresses and offsets have 32 or 64 bits.</param>
/// <param name="byteOrder">The order of a field's bytes.</param>
internal readonly ref struct ElfFields(ReadOnlySpan<byte> bytes, ElfClass elfClass, ElfByteOrder byteOrder)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly bool _is64 = elfClass == ElfClass.Elf64;
    private readonly bool _isBig = byteOrder == ElfByteOrder.BigEndian;

    public byte Byte(int at) => _bytes[at];

    public ushort Half(int at) => _isBig
        ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    public uint Word(int at) => _isBig
        ? BinaryPrimitives.ReadUInt32BigEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]);

    public ulong DoubleWord(int at) => _isBig
        ? BinaryPrimitives.ReadUInt64BigEndian(_bytes[at..])
        : BinaryPrimitives.ReadUInt64LittleEndian(_bytes[at..]);

    /// <summary>An address, an offset or a size: as wide as the class says.</summary>
    public ulong Native(int at) => _is64 ? DoubleWord(at) : Word(at);
}
