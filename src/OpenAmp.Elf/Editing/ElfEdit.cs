// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>An edited file.</summary>
/// <param name="File">The whole file.</param>
/// <param name="Section">The section that was added or replaced, as the file now has it.</param>
/// <param name="Placement">Where its content went.</param>
public sealed record ElfEdit(ReadOnlyMemory<byte> File, ElfSection Section, ElfEditPlacement Placement);
