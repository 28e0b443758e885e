// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    internal const int SEEK_END = 2;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial long lseek(int descriptor, long offset, int whence);
}
