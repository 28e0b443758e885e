// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>How a segment's memory may be used (p_flags; gABI, chapter 5, Segment Permissions).</summary>
[Flags]
public enum ElfSegmentFlags : uint
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Its instructions may run (PF_X).</summary>
    Execute = 1,

    /// <summary>It may be written (PF_W).</summary>
    Write = 2,

    /// <summary>It may be read (PF_R).</summary>
    Read = 4,
}
