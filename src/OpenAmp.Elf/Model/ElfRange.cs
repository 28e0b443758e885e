// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>A range of bytes in a file.</summary>
/// <param name="OffsetBytes">Its first byte, counted from the file's first.</param>
/// <param name="LengthBytes">How many bytes it has; 0 for none.</param>
public readonly record struct ElfRange(ulong OffsetBytes, ulong LengthBytes)
{
    /// <summary>Whether the range lies within a file of <paramref name="fileBytes"/> bytes. It may be empty, and it
    /// may end where the file ends.</summary>
    /// <param name="fileBytes">The file's length in bytes.</param>
    public bool IsWithin(ulong fileBytes)
        => OffsetBytes <= fileBytes && LengthBytes <= fileBytes - OffsetBytes;

    /// <summary>Whether a byte is in both ranges. Both must be within a file.</summary>
    internal bool Overlaps(ElfRange other)
        => LengthBytes != 0
            && other.LengthBytes != 0
            && OffsetBytes < other.OffsetBytes + other.LengthBytes
            && other.OffsetBytes < OffsetBytes + LengthBytes;

    /// <summary>The bytes of the range. Copies nothing.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>The bytes; none for an empty range, wherever it is: a header may give any offset to what is empty.
    /// </returns>
    /// <exception cref="ArgumentException">The range is not within the file.</exception>
    public ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> file)
        => LengthBytes == 0 ? default
            : IsWithin((ulong)file.Length) ? file.Slice((int)OffsetBytes, (int)LengthBytes)
            : throw new ArgumentException(
                $"The range 0x{OffsetBytes:x}+0x{LengthBytes:x} is not within the file, which has {file.Length} bytes.",
                nameof(file));
}
