// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Objects;

/// <summary>Where each byte of a function is after some of its instructions got shorter.</summary>
/// <param name="newOffsets">For each old offset, the end included, the new one.</param>
internal sealed class CodeMoves(int[] newOffsets)
{
    /// <summary>The new offset of what was at an old one; the end for what is behind it.</summary>
    public ulong Map(ulong oldOffset)
        => (ulong)newOffsets[(int)ulong.Min(oldOffset, (ulong)newOffsets.Length - 1)];
}
