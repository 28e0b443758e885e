// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const int FUTEX_WAIT = 0;
    internal const int FUTEX_WAKE = 1;

    /// <summary>The number of futex, which libc does not wrap.</summary>
    internal static int SYS_futex => PerArchitecture(x64: 202, arm64: 98);

    [LibraryImport(Libc, EntryPoint = "syscall", SetLastError = true)]
    internal static partial long futex(nint number, int* word, nint operation, nint value, KernelTimeSpan* timeout,
        nint word2, nint value3);
}
