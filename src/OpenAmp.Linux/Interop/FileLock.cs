// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>struct flock on 64-bit: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileLock
{
    internal const short WriteLock = 1;

    internal short Type;
    internal short Whence;
    internal long Start;
    internal long Length;
    internal int Process;
}
