// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;

namespace OpenAmp.Elf;

/// <summary>The symbols of an ELF file: names for addresses.</summary>
/// <remarks>Memory is bounded by <see cref="MaxSymbols"/>, <see cref="MaxNamesBytes"/> and the file's length: names
/// become text when asked for. It never changes, and any thread may use it.</remarks>
public sealed class ElfSymbols
{
    /// <summary>The most symbols of a table.</summary>
    public const int MaxSymbols = 1 << 20;

    /// <summary>The longest names of a table, in bytes.</summary>
    public const int MaxNamesBytes = 64 << 20;

    // Symbols lie within each other rarely and not deep; looking back further would make a look-up slow.
    private const int MaxLookBack = 32;

    private readonly SymbolEntry[] _entries;
    private readonly byte[] _names;
    private readonly bool _hasThumb;

    // The entries that are places, by address; the best name for an address last.
    private readonly int[] _byAddress;

    private ElfSymbols(SymbolEntry[] entries, byte[] names, bool hasThumb)
    {
        _entries = entries;
        _names = names;
        _hasThumb = hasThumb;
        _byAddress = SortPlaces();
    }

    /// <summary>How many symbols the table has, the unused first one included.</summary>
    public int Count => _entries.Length;

    /// <summary>A symbol by its number. Allocates its name.</summary>
    /// <param name="index">From 0 and below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such symbol.</exception>
    public ElfSymbol this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            ref readonly SymbolEntry entry = ref _entries[index];
            return new()
            {
                Index = index,
                Name = Encoding.UTF8.GetString(NameOf(entry)),
                Value = entry.Value,
                Address = AddressOf(entry),
                SizeBytes = entry.SizeBytes,
                Kind = entry.Kind,
                Binding = entry.Binding,
                SectionIndex = entry.SectionIndex,
            };
        }
    }

    /// <summary>Reads the symbols of a file in memory: of its symbol table, or if it is stripped, of its dynamic one.
    /// </summary>
    /// <param name="image">The file's headers.</param>
    /// <param name="file">The whole file.</param>
    /// <returns>The symbols; none when there is neither table.</returns>
    /// <exception cref="ElfException">The table breaks a rule.</exception>
    /// <exception cref="ArgumentException">The file is shorter than the one that was parsed.</exception>
    public static ElfSymbols Parse(ElfImage image, ReadOnlySpan<byte> file)
        => TryParse(image, file, out ElfSymbols? symbols, out ElfFault fault) ? symbols : throw new ElfException(fault);

    /// <summary>Reads the symbols of a file in memory, and says when they break a rule.</summary>
    /// <param name="image">The file's headers.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="symbols">The symbols, when true is returned; none when there is no table.</param>
    /// <param name="fault">What is wrong, when false is returned.</param>
    /// <exception cref="ArgumentException">The file is shorter than the one that was parsed.</exception>
    public static bool TryParse(
        ElfImage image,
        ReadOnlySpan<byte> file,
        [NotNullWhen(true)] out ElfSymbols? symbols,
        out ElfFault fault)
    {
        symbols = null;
        if (!SymbolRules.TryLocate(image, out ElfSection table, out ElfSection names, out fault))
        {
            return false;
        }

        ReadOnlySpan<byte> content = table.FileRange.Slice(file);
        return TryDecode(image, table, content, names.FileRange.Slice(file).ToArray(), out symbols, out fault);
    }

    /// <summary>Reads the symbols of a file from a stream. Blocks while the stream does.</summary>
    /// <param name="image">The file's headers.</param>
    /// <param name="stream">The file from its first byte, whatever the position; the stream is seekable.</param>
    /// <returns>The symbols; none when there is no table.</returns>
    /// <exception cref="ElfException">The table breaks a rule.</exception>
    /// <exception cref="EndOfStreamException">The stream is shorter than the file that was parsed.</exception>
    /// <exception cref="NotSupportedException">The stream is not seekable.</exception>
    public static ElfSymbols Read(ElfImage image, Stream stream)
    {
        if (!SymbolRules.TryLocate(image, out ElfSection table, out ElfSection names, out ElfFault fault)
            || !TryDecode(image, table, Read(stream, table), Read(stream, names), out ElfSymbols? symbols, out fault))
        {
            throw new ElfException(fault);
        }

        return symbols;
    }

    /// <summary>Finds the first symbol of a name. Looks at all of them.</summary>
    /// <param name="name">The name, letter for letter.</param>
    /// <param name="symbol">The symbol.</param>
    /// <returns>False when there is none.</returns>
    public bool TryFind(string name, out ElfSymbol symbol)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        for (int index = 0; index < _entries.Length; index++)
        {
            if (IsNamed(_entries[index], wanted))
            {
                symbol = this[index];
                return true;
            }
        }

        symbol = default;
        return false;
    }

    /// <summary>Finds the symbol nearest to an address: the last one that covers it, else the last one that begins
    /// before it. Labels, data and functions count.</summary>
    /// <param name="address">The address. One of Thumb code may have bit 0 set.</param>
    /// <param name="match">The symbol, and how far into it the address is.</param>
    /// <returns>False when no symbol begins at the address or below it.</returns>
    public bool TryFindNearest(ulong address, out ElfSymbolMatch match)
    {
        match = default;
        int last = CountUpTo(address) - 1;
        if (last < 0)
        {
            return false;
        }

        int best = last;
        for (int at = last; at >= 0 && last - at < MaxLookBack; at--)
        {
            if (Covers(_entries[_byAddress[at]], address))
            {
                best = at;
                break;
            }
        }

        ref readonly SymbolEntry entry = ref _entries[_byAddress[best]];
        bool isLabel = entry.SizeBytes == 0;
        match = new(this[_byAddress[best]], address - AddressOf(entry), isLabel || Covers(entry, address));
        return true;
    }

    private static bool TryDecode(
        ElfImage image,
        in ElfSection table,
        ReadOnlySpan<byte> content,
        byte[] names,
        [NotNullWhen(true)] out ElfSymbols? symbols,
        out ElfFault fault)
    {
        symbols = null;
        if (!SymbolRules.TryDecode(image, table, content, names, out SymbolEntry[] entries, out fault))
        {
            return false;
        }

        symbols = new(entries, names, image.Header.Machine == ElfMachine.Arm);
        return true;
    }

    private static byte[] Read(Stream stream, in ElfSection section)
    {
        ElfRange range = section.FileRange;
        if (range.LengthBytes == 0)
        {
            return [];
        }

        byte[] content = new byte[range.LengthBytes];
        stream.Position = (long)range.OffsetBytes;
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>How many places begin at an address or below it.</summary>
    private int CountUpTo(ulong address)
    {
        int low = 0;
        int high = _byAddress.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (AddressOf(_entries[_byAddress[middle]]) <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private bool Covers(in SymbolEntry entry, ulong address) => address - AddressOf(entry) < entry.SizeBytes;

    private ulong AddressOf(in SymbolEntry entry)
        => _hasThumb && entry.Kind == ElfSymbolKind.Function ? entry.Value & ~1ul : entry.Value;

    private ReadOnlySpan<byte> NameOf(in SymbolEntry entry)
    {
        if (entry.NameOffsetBytes == 0)
        {
            return default;
        }

        // The rules made sure that it begins within the names and that those end in a NUL.
        ReadOnlySpan<byte> name = _names.AsSpan((int)entry.NameOffsetBytes);
        return name[..name.IndexOf((byte)0)];
    }

    /// <summary>Compares no more bytes than the name has: those of the table may be as long as all of them.</summary>
    private bool IsNamed(in SymbolEntry entry, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest =
            entry.NameOffsetBytes == 0 ? default : _names.AsSpan((int)entry.NameOffsetBytes);
        return rest.StartsWith(name) && (rest.Length == name.Length || rest[name.Length] == 0);
    }

    private int[] SortPlaces()
    {
        int[] places = new int[CountPlaces()];
        int count = 0;
        for (int index = 0; index < _entries.Length; index++)
        {
            if (IsNamedPlace(_entries[index]))
            {
                places[count++] = index;
            }
        }

        places.AsSpan().Sort(Compare);
        return places;
    }

    private int CountPlaces()
    {
        int count = 0;
        foreach (ref readonly SymbolEntry entry in _entries.AsSpan())
        {
            count += IsNamedPlace(entry) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether it names a place. Names that begin with a dollar sign only mark where code and data alternate
    /// ("$t", "$d", "$x"; ELF for the Arm Architecture, Mapping symbols).</summary>
    private bool IsNamedPlace(in SymbolEntry entry)
    {
        // The first byte is enough: names may be as long as all of them, and there are many.
        byte first = entry.IsPlace && entry.NameOffsetBytes != 0 ? _names[entry.NameOffsetBytes] : (byte)0;
        return first != 0 && !(first == (byte)'$' && entry.Kind == ElfSymbolKind.None);
    }

    private int Compare(int left, int right)
    {
        int byAddress = AddressOf(_entries[left]).CompareTo(AddressOf(_entries[right]));
        int byRank = byAddress != 0 ? byAddress : _entries[left].Rank.CompareTo(_entries[right].Rank);

        // Of equals the first in the table is named, so it is the last here.
        return byRank != 0 ? byRank : right.CompareTo(left);
    }
}
