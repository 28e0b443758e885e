// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.UserModeLinux;

internal static unsafe partial class Interop
{
    internal const int AF_UNIX = 1;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_CLOEXEC = 0x8_0000;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int socketpair(int family, int type, int protocol, int* ends);
}
