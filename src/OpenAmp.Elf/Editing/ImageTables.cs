// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>Where what makes a file an ELF file is: header, program headers, section headers, names. The format lets
/// them share bytes with anything, so an edit has to look.</summary>
internal sealed class ImageTables
{
    private readonly ElfRange[] _ranges;

    public ImageTables(ElfImage image)
    {
        ElfHeader header = image.Header;
        var layout = ElfLayout.Of(header.Class);
        _ranges =
        [
            new(0, (ulong)layout.HeaderBytes),
            new(header.ProgramHeadersOffsetBytes, header.ProgramHeaderCount * (ulong)layout.ProgramHeaderBytes),
            new(header.SectionHeadersOffsetBytes, header.SectionHeaderCount * (ulong)layout.SectionHeaderBytes),
            image.Sections.IsEmpty ? default : image.Sections[(int)header.NameTableIndex].FileRange,
        ];
    }

    /// <summary>Whether a range holds a part of one of them.</summary>
    public bool IsTouchedBy(ElfRange range)
    {
        foreach (ElfRange table in _ranges)
        {
            if (table.Overlaps(range))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Refuses a file in which one of them is within another: to change one would be to change both.</summary>
    /// <exception cref="ElfException">Two of them share bytes.</exception>
    public void CheckApart()
    {
        for (int index = 1; index < _ranges.Length; index++)
        {
            ElfRange table = _ranges[index];
            for (int before = 0; before < index; before++)
            {
                ElfRange other = _ranges[before];
                if (table.Overlaps(other))
                {
                    throw new ElfException(new ElfFault(
                        ElfRule.TablesOverlap,
                        table.OffsetBytes,
                        other.OffsetBytes + other.LengthBytes,
                        table.OffsetBytes,
                        $"the headers at 0x{table.OffsetBytes:x} and 0x{other.OffsetBytes:x} share bytes, so neither "
                            + "can be edited; link the file again"));
                }
            }
        }
    }
}
