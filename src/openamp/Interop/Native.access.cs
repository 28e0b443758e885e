// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Tool.Interop;

/// <summary>Calls of the operating system.</summary>
internal static unsafe partial class Native
{
    private const string Library = "libc";

    /// <summary>access(2): what the real user may do with a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">R_OK 4, W_OK 2 and X_OK 1.</param>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport(Library, EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Access(string path, int mode);
}
