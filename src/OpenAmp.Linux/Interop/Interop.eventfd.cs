// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    internal const int EFD_NONBLOCK = 0x800;
    internal const int EFD_CLOEXEC = 0x8_0000;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);
}
