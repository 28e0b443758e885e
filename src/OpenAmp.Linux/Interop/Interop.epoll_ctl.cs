// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;

    /// <summary>The event lies in <see cref="EpollEvents"/>.</summary>
    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* happening);
}
