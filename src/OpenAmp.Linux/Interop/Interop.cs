// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

// libc is always loaded already: it is never searched beside the assembly.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace OpenAmp.Linux;

/// <summary>The system calls this library makes, one per file. Constants are the kernel's and equal on x64 and arm64
/// unless a member says otherwise.</summary>
internal static partial class Interop
{
    private const string Libc = "libc";

    /// <summary>The error number of the last call of this thread that was declared with SetLastError.</summary>
    internal static int LastErrno => Marshal.GetLastPInvokeError();

    /// <summary>The exception for a failed call: the call, what it was about, errno and its text, what to do.</summary>
    internal static IOException Failure(string call, string target, int errno, string advice)
        => new($"{call} of {target} failed with errno {errno} ({Marshal.GetPInvokeErrorMessage(errno)}). {advice}");

    /// <summary>Takes ownership of the descriptor a call returned, or throws what <see cref="Failure"/> says.</summary>
    internal static SafeFileHandle Own(int descriptor, string call, string target, string advice)
        => descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw Failure(call, target, LastErrno, advice);

    /// <summary>A number that differs between the two supported architectures.</summary>
    internal static int PerArchitecture(int x64, int arm64) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 => arm64,
        Architecture other => throw new PlatformNotSupportedException(
            $"OpenAmp.Linux knows the system call numbers of x64 and arm64, not of {other}."),
    };
}
