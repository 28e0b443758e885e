// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;

namespace OpenAmp.Elf;

/// <summary>A note: what an owner has to say, of a type that the owner defines (gABI, chapter 5, Note Section).
/// </summary>
/// <remarks>It points into the bytes that <see cref="ElfNoteReader"/> reads.</remarks>
public readonly ref struct ElfNote
{
    internal ElfNote(ulong offsetBytes, ReadOnlySpan<byte> owner, uint type, ReadOnlySpan<byte> descriptor)
    {
        OffsetBytes = offsetBytes;
        Owner = owner;
        Type = type;
        Descriptor = descriptor;
    }

    /// <summary>Where the note is in the file, in bytes.</summary>
    public ulong OffsetBytes { get; }

    /// <summary>Who defines <see cref="Type"/>, without the NUL at its end: "GNU", "CORE".</summary>
    public ReadOnlySpan<byte> Owner { get; }

    /// <summary><see cref="Owner"/> as text. Allocates.</summary>
    public string OwnerText => Encoding.UTF8.GetString(Owner);

    /// <summary>What it says, as the owner numbers it.</summary>
    public uint Type { get; }

    /// <summary>What it says.</summary>
    public ReadOnlySpan<byte> Descriptor { get; }
}
