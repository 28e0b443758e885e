// SPDX-License-Identifier: BSD-3-Clause

using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OpenAmp.Tool.Bench;

/// <summary>The bare system calls that baselines are made of. Descriptors are inherited by the peer process.</summary>
internal static unsafe partial class BenchInterop
{
    private const int UnixFamily = 1;

    public static int CreateEventFd() => Check(EventFd(0, 0), "eventfd");

    public static (int One, int Other) CreateSocketPair(bool datagrams)
    {
        int* pair = stackalloc int[2];
        _ = Check(SocketPair(UnixFamily, datagrams ? 2 : 1, 0, pair), "socketpair");
        return (pair[0], pair[1]);
    }

    public static void WriteAll(int descriptor, void* bytes, int count)
    {
        for (int done = 0; done < count;)
        {
            done += Check((int)Write(descriptor, (byte*)bytes + done, (nuint)(count - done)), "write");
        }
    }

    /// <summary>Reads a given number of bytes; throws when the peer is gone.</summary>
    public static void ReadAll(int descriptor, void* bytes, int count)
    {
        for (int done = 0; done < count;)
        {
            int read = Check((int)Read(descriptor, (byte*)bytes + done, (nuint)(count - done)), "read");
            done += read > 0 ? read : throw new System.IO.IOException("The benchmark's peer process ended early.");
        }
    }

    /// <summary>Keeps the calling thread on one processor: a link is between two cores.</summary>
    public static void Pin(int processor)
    {
        if (processor >= 0 && processor < System.Environment.ProcessorCount)
        {
            ulong mask = 1UL << processor;
            _ = Check(SetAffinity(0, sizeof(ulong), &mask), "sched_setaffinity");
        }
    }

    private static int Check(int result, string call)
        => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), call + " failed");

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* pair);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, void* bytes, nuint count);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, void* bytes, nuint count);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nuint size, ulong* mask);
}
