// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    internal const uint MFD_CLOEXEC = 1;
    internal const uint MFD_ALLOW_SEALING = 2;
    internal const uint MFD_HUGETLB = 4;

    /// <summary>The content may be run. Kernels before 6.3 do not know it, and let all be run.</summary>
    internal const uint MFD_EXEC = 16;

    /// <summary>MFD_HUGE_2MB: the base-2 logarithm of the page size, shifted.</summary>
    internal const uint MFD_HUGE_2MB = 21 << 26;

    [LibraryImport(Libc, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);
}
