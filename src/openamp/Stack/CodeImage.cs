// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Stack;

/// <summary>The code of a linked firmware.</summary>
/// <remarks>A place in it is an address whose bit 0 is set in Thumb code, as in a pointer to a function.</remarks>
internal sealed class CodeImage
{
    private readonly byte[] _file;
    private readonly ElfImage _image;
    private readonly ElfSymbols _symbols;
    private readonly Dictionary<ulong, ElfSymbol> _functions = [];

    /// <summary>Reads an ELF file.</summary>
    /// <exception cref="ElfException">It is malformed.</exception>
    /// <exception cref="FirmwareException">It is for another processor.</exception>
    public CodeImage(byte[] file, string path)
    {
        _file = file;
        _image = ElfImage.Parse(file);
        _symbols = ElfSymbols.Parse(_image, file);
        if (_image.Header.Machine is not (ElfMachine.Arm or ElfMachine.Arm64))
        {
            throw new FirmwareException($"'{path}' is for {_image.Header.Machine}; expected Arm or Arm64: the stack "
                + "of other processors is not analysed");
        }

        foreach (ElfSymbol symbol in Enumerable.Range(0, _symbols.Count).Select(index => _symbols[index]))
        {
            if (symbol.Kind == ElfSymbolKind.Function && symbol.SectionIndex != 0)
            {
                _ = _functions.TryAdd(symbol.Value, symbol);
            }
        }
    }

    /// <summary>Whether it is A64; else Thumb and Arm.</summary>
    public bool Is64 => _image.Header.Machine == ElfMachine.Arm64;

    /// <summary>The value of a symbol, or null.</summary>
    public ulong? Find(string name) => _symbols.TryFind(name, out ElfSymbol symbol) ? symbol.Value : null;

    /// <summary>Whether a function that has a name begins at a place.</summary>
    public bool IsFunction(ulong place) => _functions.ContainsKey(place);

    /// <summary>The address behind a function, or of its beginning where its length is not known.</summary>
    public ulong EndOf(ulong place)
        => _functions.TryGetValue(place, out ElfSymbol symbol) ? symbol.Address + symbol.SizeBytes : place & ~1UL;

    /// <summary>A function's name for people.</summary>
    public string NameOf(ulong place)
    {
        string name = _functions.TryGetValue(place, out ElfSymbol exact) ? exact.Name
            : !_symbols.TryFindNearest(place & ~1UL, out ElfSymbolMatch match) ? Quantity.Hex(place)
            : match.OffsetBytes == 0 ? match.Symbol.Name
            : $"{match.Symbol.Name}+{Quantity.Hex(match.OffsetBytes)}";
        return SafeText.Of(CompiledName.Short(name));
    }

    /// <summary>Decodes the instruction at a place.</summary>
    /// <exception cref="FirmwareException">There is no code.</exception>
    public StackStep Decode(ulong place)
    {
        ulong address = Is64 ? place : place & ~1UL;
        ulong unit = (place & 1) != 0 ? 2UL : 4;
        foreach (ElfSection section in _image.Sections)
        {
            bool isCode = section.Flags.HasFlag(ElfSectionFlags.Execute) && section.Type != ElfSectionType.NoBits;
            if (isCode && address >= section.Address && address - section.Address + unit <= section.SizeBytes)
            {
                ulong offset = address - section.Address;
                ReadOnlySpan<byte> code = _file.AsSpan(
                    (int)(section.OffsetBytes + offset), (int)Math.Min(4, section.SizeBytes - offset));
                return Is64 ? Arm64Steps.Decode(code, address)
                    : (place & 1) != 0 ? ThumbSteps.Decode(code, address) : ArmSteps.Decode(code, address);
            }
        }

        throw new FirmwareException($"at {Quantity.Hex(address)} expected code, found none: a function runs on, or "
            + "jumps, to where no section of the file has instructions");
    }

    /// <summary>Compiled functions whose address is somewhere in the stored memory, so that a pointer may lead there.
    /// </summary>
    /// <remarks>Functions of the start file have no length in the symbol table: the vectors that name them do not
    /// count.</remarks>
    public IEnumerable<ulong> StoredFunctions()
    {
        int width = Is64 ? 8 : 4;
        foreach (ElfSection section in _image.Sections.Where(
            section => section.IsAllocated && section.Type != ElfSectionType.NoBits))
        {
            ReadOnlySpan<byte> content = _file.AsSpan((int)section.OffsetBytes, (int)section.SizeBytes);
            List<ulong> found = [];
            int start = (int)(unchecked(0 - section.Address) & (ulong)(width - 1));
            for (int at = start; at + width <= content.Length; at += width)
            {
                ulong word = Is64 ? BinaryPrimitives.ReadUInt64LittleEndian(content[at..])
                    : BinaryPrimitives.ReadUInt32LittleEndian(content[at..]);
                if (IsTakeable(word))
                {
                    found.Add(word);
                }
            }

            foreach (ulong place in found)
            {
                yield return place;
            }
        }
    }

    /// <summary>Whether a value is the address of a compiled function.</summary>
    public bool IsTakeable(ulong value)
        => _functions.TryGetValue(value, out ElfSymbol symbol) && symbol.SizeBytes > 0
            && symbol.Name != "openamp_interrupt";
}
