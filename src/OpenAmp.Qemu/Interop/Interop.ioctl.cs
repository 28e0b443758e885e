// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Qemu;

internal static unsafe partial class Interop
{
    /// <summary>How much of what was sent the peer has not read yet: more than zero means at least one byte.</summary>
    internal const nuint SIOCOUTQ = 0x5411;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int ioctl(int descriptor, nuint request, int* value);
}
