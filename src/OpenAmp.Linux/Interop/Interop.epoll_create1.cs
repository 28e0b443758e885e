// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    internal const int EPOLL_CLOEXEC = 0x8_0000;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int epoll_create1(int flags);
}
