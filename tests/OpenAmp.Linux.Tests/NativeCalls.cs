// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace OpenAmp.Linux.Tests;

/// <summary>What tests need of libc beyond the library under test.</summary>
internal static unsafe partial class NativeCalls
{
    [LibraryImport("libc")]
    internal static partial int socketpair(int family, int type, int protocol, int* sockets);

    [LibraryImport("libc")]
    internal static partial int dup(int descriptor);

    [LibraryImport("libc")]
    internal static partial int gettid();

    [LibraryImport("libc")]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc")]
    internal static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc")]
    internal static partial nint write(int descriptor, void* buffer, nuint length);
}
