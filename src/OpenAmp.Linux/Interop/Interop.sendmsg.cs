// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int SOL_SOCKET = 1;
    internal const int SCM_RIGHTS = 1;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint sendmsg(int socket, MessageHeader* message, int flags);
}
