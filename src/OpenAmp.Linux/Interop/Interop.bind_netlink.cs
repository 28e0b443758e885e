// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int AF_NETLINK = 16;
    internal const int SOCK_RAW = 3;
    internal const int NETLINK_KOBJECT_UEVENT = 15;

    [LibraryImport(Libc, EntryPoint = "bind", SetLastError = true)]
    internal static partial int bind_netlink(int socket, NetlinkAddress* address, int lengthBytes);
}
