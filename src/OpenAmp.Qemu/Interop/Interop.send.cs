// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Qemu;

internal static unsafe partial class Interop
{
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial nint send(int descriptor, byte* buffer, nint lengthBytes, int flags);
}
