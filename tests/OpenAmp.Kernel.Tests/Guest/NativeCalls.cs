// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace OpenAmp.Kernel.Tests.Guest;

/// <summary>Calls of the system that tests make.</summary>
internal static partial class NativeCalls
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int process, int signal);
}
