// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Tool.Interop;

internal static unsafe partial class Native
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const int LongestPath = 128;

    /// <summary>Makes a pseudo-terminal.</summary>
    /// <param name="path">The side that other programs open.</param>
    /// <returns>Our side.</returns>
    /// <exception cref="IOException">The system refused; there may be no /dev/ptmx.</exception>
    public static SafeFileHandle OpenTerminal(out string path)
    {
        int descriptor = posix_openpt(ReadWrite | NoControllingTerminal | CloseOnExec);
        if (descriptor < 0)
        {
            throw TerminalFailure("posix_openpt");
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        byte* name = stackalloc byte[LongestPath];

        // SAFETY: the buffer has the length that is told, and the name in it ends with a zero.
        if (grantpt(descriptor) != 0 || unlockpt(descriptor) != 0 || ptsname_r(descriptor, name, LongestPath) != 0)
        {
            IOException failure = TerminalFailure("unlockpt");
            handle.Dispose();
            throw failure;
        }

        path = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        return handle;
    }

    private static IOException TerminalFailure(string call) => new(
        $"no pseudo-terminal can be made: {call} failed: {Marshal.GetLastPInvokeErrorMessage()}; is /dev/pts mounted?");

    [LibraryImport(Library, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int posix_openpt(int flags);

    [LibraryImport(Library, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int grantpt(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int unlockpt(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ptsname_r(int descriptor, byte* name, nuint length);
}
