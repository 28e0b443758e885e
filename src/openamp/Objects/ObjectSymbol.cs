// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Objects;

/// <summary>A name in an object file: where it is, or that it is elsewhere.</summary>
internal sealed class ObjectSymbol
{
    private const byte Function = 2;
    private const byte SectionItself = 3;
    private const byte Local = 0;

    public required string Name { get; init; }

    /// <summary>The section it lies in, or <see langword="null"/> when it is undefined or a plain number.</summary>
    public ObjectSection? Section { get; set; }

    /// <summary>The number that stands for no section: undefined, absolute, common.</summary>
    public ushort SpecialIndex { get; init; }

    /// <summary>As in the file: an offset in the section; odd for a function in Thumb code.</summary>
    public ulong Value { get; set; }

    public ulong SizeBytes { get; set; }

    public byte Kind { get; init; }

    public byte Visibility { get; init; }

    public bool IsLocal => Kind >> 4 == Local;

    public bool IsFunction => (Kind & 15) == Function;

    public bool IsSection => (Kind & 15) == SectionItself;

    public bool IsUndefined => Section is null && SpecialIndex == 0;

    /// <summary>Makes the symbol that stands for a section, or for a piece of one.</summary>
    public static ObjectSymbol For(ObjectSection section)
        => new() { Name = "", Section = section, Kind = SectionItself };

    /// <summary>Offset of its first byte in its section.</summary>
    /// <param name="isThumb">Whether functions are marked by an odd value.</param>
    public ulong Offset(bool isThumb) => isThumb && IsFunction ? Value & ~1ul : Value;
}
