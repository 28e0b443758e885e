// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

internal static partial class Interop
{
    [LibraryImport(Libc)]
    internal static partial uint geteuid();
}
