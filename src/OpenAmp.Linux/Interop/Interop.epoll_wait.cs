// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLPRI = 2;
    internal const uint EPOLLOUT = 4;
    internal const uint EPOLLERR = 8;
    internal const uint EPOLLHUP = 0x10;

    /// <summary>The events lie in <see cref="EpollEvents"/>.</summary>
    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int epoll_wait(int epoll, byte* happenings, int capacity, int milliseconds);
}
