// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>One piece of an image that is copied into the remote's memory: an ELF's PT_LOAD, or the whole of a raw
/// image.</summary>
/// <param name="Index">Position in the image's own list: for an ELF, its program header's number.</param>
/// <param name="Address">Device address of the first byte: for an ELF its p_paddr, as Linux and the C library load it.
/// </param>
/// <param name="FileOffsetBytes">Where the bytes stand in the image.</param>
/// <param name="FileBytes">How many bytes come from the image; at most <paramref name="MemoryBytes"/>.</param>
/// <param name="MemoryBytes">How many bytes it has in memory; those past <paramref name="FileBytes"/> are zero.</param>
public readonly record struct FirmwareSegment(
    int Index,
    DeviceAddress Address,
    long FileOffsetBytes,
    long FileBytes,
    long MemoryBytes);
