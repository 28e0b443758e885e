// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int STATX_TYPE = 1;
    internal const int STATX_MODE = 2;
    internal const int STATX_UID = 8;
    internal const int STATX_INO = 0x100;
    internal const int STATX_SIZE = 0x200;

    /// <summary>The number of statx: its record is laid out alike everywhere, unlike that of stat, and older libc do
    /// not wrap it.</summary>
    internal static int SYS_statx => PerArchitecture(x64: 332, arm64: 291);

    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    internal static partial long statx(nint number, nint directory, byte* path, nint flags, nint mask,
        FileStatus* status);
}
