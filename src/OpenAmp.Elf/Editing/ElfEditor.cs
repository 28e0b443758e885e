// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Numerics;

namespace OpenAmp.Elf;

/// <summary>Adds a section to an ELF file, or replaces one: a firmware's resource table, for example.</summary>
/// <remarks>
/// <para>Nothing that a segment loads moves, so the program runs as before. Content that fits is written over the old,
/// so it is loaded with the segment as before. Content that does not, or would be written over the file's own headers,
/// goes to the end of the file, where no segment loads it; the result says which, because firmware that looks at its
/// own table needs the first.</para>
/// <para>For a new section the section header table is written anew at the end of the file, with the names if they
/// have to grow; the old tables stay as unused bytes. Both classes, both byte orders.</para>
/// </remarks>
public static class ElfEditor
{
    /// <summary>Replaces the content of the first section of a name, or adds a section if there is none.</summary>
    /// <param name="file">The whole file. It is not changed.</param>
    /// <param name="name">The section's name: ".resource_table".</param>
    /// <param name="content">The section's new content.</param>
    /// <param name="options">What to say of a section that is added; null for the defaults.</param>
    /// <returns>The edited file, in memory of its own.</returns>
    /// <exception cref="ElfException">The file breaks a rule, has headers that share bytes
    /// (<see cref="ElfRule.TablesOverlap"/>), has too many sections (<see cref="ElfRule.TooManySectionHeaders"/>), or
    /// would be longer than an array (<see cref="ElfRule.FileTooLong"/>).</exception>
    /// <exception cref="ArgumentException">The name is empty or has a NUL in it, the section is the one that holds the
    /// section names, or the alignment is not a power of two.</exception>
    public static ElfEdit SetSection(
        ReadOnlySpan<byte> file, string name, ReadOnlySpan<byte> content, ElfSectionOptions? options = null)
    {
        CheckName(name);
        options ??= new();
        if (!BitOperations.IsPow2(options.AlignmentBytes))
        {
            throw new ArgumentException(
                $"The alignment is {options.AlignmentBytes} bytes, it must be a power of two.", nameof(options));
        }

        var image = ElfImage.Parse(file);
        ImageTables tables = new(image);
        tables.CheckApart();
        if (!image.TryFindSection(name, out ElfSection old))
        {
            return SectionAddition.Add(image, file, name, content, options);
        }

        if ((uint)old.Index == image.Header.NameTableIndex)
        {
            throw new ArgumentException(
                $"The section {name} holds the names of all sections: it cannot be replaced.", nameof(name));
        }

        return (ulong)content.Length <= old.FileRange.LengthBytes && !tables.IsTouchedBy(old.FileRange)
            ? ReplaceInPlace(image, file, old, content)
            : Move(image, file, old, content);
    }

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A section's name ends at its first NUL, so it cannot have one.", nameof(name));
        }
    }

    private static ElfEdit ReplaceInPlace(
        ElfImage image, ReadOnlySpan<byte> file, in ElfSection old, ReadOnlySpan<byte> content)
    {
        byte[] edited = file.ToArray();
        Span<byte> place = edited.AsSpan((int)old.OffsetBytes, (int)old.SizeBytes);
        content.CopyTo(place);
        place[content.Length..].Clear();
        ElfSection section = old with { SizeBytes = (ulong)content.Length };
        WriteHeader(edited, image.Header, section);
        return new(edited, section, ElfEditPlacement.InPlace);
    }

    private static ElfEdit Move(
        ElfImage image, ReadOnlySpan<byte> file, in ElfSection old, ReadOnlySpan<byte> content)
    {
        FileTail tail = new(file.Length);
        int at = tail.Place(content.Length, (uint)Math.Clamp(old.AlignmentBytes, 1, FileTail.MaxAlignmentBytes));
        byte[] edited = tail.Extend(file);
        content.CopyTo(edited.AsSpan(at));
        ElfSection section = old with
        {
            Type = old.Type == ElfSectionType.NoBits ? ElfSectionType.ProgramBits : old.Type,
            Flags = old.Flags & ~ElfSectionFlags.Allocated,
            Address = 0,
            OffsetBytes = (ulong)at,
            SizeBytes = (ulong)content.Length,
        };
        WriteHeader(edited, image.Header, section);
        return new(edited, section, ElfEditPlacement.Moved);
    }

    private static void WriteHeader(Span<byte> file, in ElfHeader header, in ElfSection section)
        => HeaderEncoder.Write(file[(int)SectionRules.FieldOffset(header, section.Index, 0)..], section, header);
}
