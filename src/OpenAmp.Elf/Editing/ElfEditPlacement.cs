// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Elf;

/// <summary>Where an edit put a section.</summary>
public enum ElfEditPlacement
{
    /// <summary>Over the old content: what was loaded with a segment still is.</summary>
    InPlace,

    /// <summary>At the end of the file, because it did not fit: no segment loads it, so it has no address.</summary>
    Moved,

    /// <summary>At the end of the file, because the name is new: no segment loads it.</summary>
    Added,
}
