// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What is wrong with a <see cref="StaticVringLayout"/>.</summary>
public enum StaticVringFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The number of entries is not a power of two from 1 to 32768.</summary>
    BadEntryCount,

    /// <summary>The alignment is not a power of two from 4 to 2^20.</summary>
    BadAlignment,

    /// <summary>A buffer is smaller than a header and a word, larger than the core allows, or no multiple of 4.
    /// </summary>
    BadBufferSize,

    /// <summary>A ring does not start at a multiple of the alignment: the C library would place its used part
    /// elsewhere.</summary>
    Misaligned,

    /// <summary>A part lies outside the shared memory, or partly so.</summary>
    OutsideMemory,

    /// <summary>Two parts share bytes that are really used.</summary>
    Overlap,
}
