// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Qemu;

internal static unsafe partial class Interop
{
    internal const short POLLIN = 1;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);
}
