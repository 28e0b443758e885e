// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>One image inside signed firmware.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="OffsetBytes">Where it begins, in bytes from the start of the file.</param>
/// <param name="Content">Its bytes, with at most 7 bytes of zero padding at the end, which the file does not tell apart
/// from the image's own.</param>
public readonly record struct SignedFirmwareImage(int Index, int OffsetBytes, ReadOnlyMemory<byte> Content)
{
    // A header may give any offset to what has no bytes: the image's end stands for what lies beyond.
    internal long FileOffsetOf(ulong imageOffsetBytes)
        => OffsetBytes + (long)Math.Min(imageOffsetBytes, (ulong)Content.Length);
}
