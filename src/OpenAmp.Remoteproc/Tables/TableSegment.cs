// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>A loadable segment of the firmware that carries a resource table.</summary>
/// <param name="Address">Device address of its first byte.</param>
/// <param name="FileOffsetBytes">Where its content starts in the file, in bytes.</param>
/// <param name="FileBytes">Length of its content in bytes; zeros follow it in memory.</param>
/// <param name="MemoryBytes">Length in memory in bytes.</param>
public readonly record struct TableSegment(
    ulong Address,
    ulong FileOffsetBytes,
    ulong FileBytes,
    ulong MemoryBytes);
