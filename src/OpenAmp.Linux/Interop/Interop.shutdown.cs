// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    internal const int SHUT_RDWR = 2;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int shutdown(int socket, int how);
}
