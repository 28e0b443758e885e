// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>A note to write into a core dump, such as a processor's registers.</summary>
/// <param name="Owner">Who defines the type: "CORE", "LINUX". ASCII, without a NUL.</param>
/// <param name="Type">What it says, as the owner numbers it.</param>
/// <param name="Descriptor">What it says.</param>
public sealed record ElfCoreNote(string Owner, uint Type, ReadOnlyMemory<byte> Descriptor);
