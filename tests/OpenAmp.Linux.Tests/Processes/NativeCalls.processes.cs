// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux.Tests;

internal static unsafe partial class NativeCalls
{
    internal const int RLIMIT_NOFILE = 7;

    [LibraryImport("libc")]
    internal static partial int getrlimit(int resource, ulong* currentAndMax);

    [LibraryImport("libc")]
    internal static partial int setrlimit(int resource, ulong* currentAndMax);

    /// <summary>The array holds struct pollfd: a descriptor, then wanted and returned events of 16 bits.</summary>
    [LibraryImport("libc")]
    internal static partial int poll(int* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);
}
