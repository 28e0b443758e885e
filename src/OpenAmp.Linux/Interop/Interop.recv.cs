// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int MSG_DONTWAIT = 0x40;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint recv(int socket, void* buffer, nuint length, int flags);
}
