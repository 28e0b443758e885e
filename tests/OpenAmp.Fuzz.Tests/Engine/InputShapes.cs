// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Fuzz.Tests;

/// <summary>What inputs look like, so that the mutator can change what has a meaning.</summary>
[Flags]
internal enum InputShapes
{
    /// <summary>Bytes.</summary>
    None = 0,

    /// <summary>32-bit little-endian words at multiples of 4.</summary>
    Words = 1,

    /// <summary>An ELF file, or one somewhere inside.</summary>
    Elf = 2,

    /// <summary>Text with numbers and brackets.</summary>
    Text = 4,
}
