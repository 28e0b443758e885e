// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Tool.Interop;

internal static unsafe partial class Native
{
    // struct termios has 60 bytes with glibc and musl.
    private const int TermiosBytes = 64;

    /// <summary>Makes a terminal carry bytes as they are: no echo, no lines, no signals, no translation.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void MakeRaw(SafeFileHandle terminal)
    {
        byte* settings = stackalloc byte[TermiosBytes];
        int descriptor = (int)terminal.DangerousGetHandle();

        // SAFETY: the record is longer than struct termios, and each call fills or reads that alone.
        bool isRaw = tcgetattr(descriptor, settings) == 0;
        if (isRaw)
        {
            cfmakeraw(settings);
            isRaw = tcsetattr(descriptor, 0, settings) == 0;
        }

        if (!isRaw)
        {
            throw TerminalFailure("tcsetattr");
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int tcgetattr(int descriptor, byte* settings);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void cfmakeraw(byte* settings);

    [LibraryImport(Library, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int tcsetattr(int descriptor, int when, byte* settings);
}
