// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct statx: 256 bytes, of which only the type of the file is wanted.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    internal const ushort TypeMask = 0xF000;
    internal const ushort TypeSocket = 0xC000;

    [FieldOffset(28)]
    internal ushort Mode;
}
