// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    internal const int F_ADD_SEALS = 1033;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const int F_SETFD = 2;
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int FD_CLOEXEC = 1;
    internal const int F_OFD_SETLK = 37;
    internal const int F_GET_SEALS = 1034;
    internal const int F_SEAL_SEAL = 1;
    internal const int F_SEAL_SHRINK = 2;
    internal const int F_SEAL_GROW = 4;
    internal const int F_SEAL_WRITE = 8;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int fcntl(int descriptor, int command, nint argument);
}
