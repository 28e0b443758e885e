// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Tool.Interop;

namespace OpenAmp.Tool.Devices;

/// <summary>Asks the kernel what this user may do with a file, without opening it: to open an endpoint makes it.
/// </summary>
internal static class FilePermission
{
    private const int Search = 1;
    private const int Write = 2;
    private const int Read = 4;

    /// <summary>Whether it may be read and written.</summary>
    public static bool IsReadWrite(string path) => Native.Access(path, Read | Write) == 0;

    /// <summary>Whether what is in a folder may be opened.</summary>
    public static bool IsSearchable(string path) => Native.Access(path, Search) == 0;
}
