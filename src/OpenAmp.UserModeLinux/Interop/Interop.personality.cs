// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.UserModeLinux;

internal static partial class Interop
{
    internal const nuint ADDR_NO_RANDOMIZE = 0x4_0000;

    /// <summary>Only asks.</summary>
    internal const nuint PersonalityUnchanged = 0xffff_ffff;

    /// <summary>Sets how the kernel runs this thread and what it starts.</summary>
    /// <returns>What it was, or -1 with errno.</returns>
    [LibraryImport(Libc, SetLastError = true)]
    internal static partial int personality(nuint persona);
}
