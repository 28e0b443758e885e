// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;

namespace OpenAmp.Linux;

/// <summary>siginfo_t on 64-bit as waitid fills it in: 128 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct SignalDetails
{
    internal const int Exited = 1;
    internal const int Dumped = 3;

    /// <summary>CLD_EXITED, CLD_KILLED or CLD_DUMPED.</summary>
    [FieldOffset(8)]
    internal int Code;

    /// <summary>Zero when no child has ended yet.</summary>
    [FieldOffset(16)]
    internal int Process;

    /// <summary>The exit code, or the signal.</summary>
    [FieldOffset(24)]
    internal int Status;
}
