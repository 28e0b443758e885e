// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int MSG_CTRUNC = 8;
    internal const int MSG_CMSG_CLOEXEC = 0x4000_0000;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint recvmsg(int socket, MessageHeader* message, int flags);
}
