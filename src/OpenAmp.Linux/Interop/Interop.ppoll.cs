// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static unsafe partial class Interop
{
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;
    internal const short POLLERR = 8;
    internal const short POLLHUP = 0x10;
    internal const short POLLNVAL = 0x20;
    internal const short POLLRDHUP = 0x2000;

    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int ppoll(PollDescriptor* descriptors, nuint count, KernelTimeSpan* timeout,
        void* signalMask);
}
