// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Elf;

/// <summary>Plans what is appended to a file, piece by piece, before any memory is taken.</summary>
/// <param name="fileBytes">The file's length in bytes.</param>
internal sealed class FileTail(int fileBytes)
{
    /// <summary>The widest alignment that is kept in the file: a page. A wider one would only waste space.</summary>
    public const int MaxAlignmentBytes = 4096;

    private long _end = fileBytes;

    /// <summary>Takes the next place.</summary>
    /// <returns>Its offset in the file, in bytes.</returns>
    public int Place(int lengthBytes, uint alignmentBytes)
    {
        long alignment = Math.Min(alignmentBytes, MaxAlignmentBytes);
        long at = (_end + alignment - 1) / alignment * alignment;
        _end = at + lengthBytes;
        if (_end <= Array.MaxLength)
        {
            return (int)at;
        }

        throw new ElfException(new ElfFault(
            ElfRule.FileTooLong,
            (ulong)at,
            (ulong)Array.MaxLength,
            (ulong)_end,
            $"the edited file would have {_end} bytes, the limit is {Array.MaxLength}"));
    }

    /// <summary>The file, and zeros for what has been placed behind it.</summary>
    public byte[] Extend(ReadOnlySpan<byte> file)
    {
        byte[] extended = new byte[_end];
        file.CopyTo(extended);
        return extended;
    }
}
