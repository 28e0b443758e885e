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
    internal static partial int posix_openpt(int flags);

    [LibraryImport("libc")]
    internal static partial int grantpt(int descriptor);

    [LibraryImport("libc")]
    internal static partial int unlockpt(int descriptor);

    [LibraryImport("libc")]
    internal static partial int ptsname_r(int descriptor, byte* name, nuint capacity);

    [LibraryImport("libc")]
    internal static partial int gettid();

    [LibraryImport("libc")]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc")]
    internal static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc")]
    internal static partial nint write(int descriptor, void* buffer, nuint length);

    /// <summary>The number of setresuid comes first: this is the bare system call, of one thread.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    internal static partial nint setresuid(nint number, nuint real, nuint effective, nuint saved);
}
