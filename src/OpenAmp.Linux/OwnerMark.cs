// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>A process in 31 bits: its id, which the kernel keeps below 2^22, and 9 bits of its start time.</summary>
internal static class OwnerMark
{
    private const int IdBits = 22;
    private const int IdMask = (1 << IdBits) - 1;
    private const int StartMask = 0x1FF;

    internal static int OfThisProcess { get; } = ProcessStatus.TryRead(Environment.ProcessId, out ProcessStatus status)
        ? MarkOf(Environment.ProcessId, status)
        : throw new IOException("/proc/self/stat cannot be read; mount /proc, which tells processes apart.");

    /// <summary>Whether the process is gone or a zombie. In doubt it lives.</summary>
    internal static bool IsDead(int mark)
    {
        int process = mark & IdMask;
        return process != 0
            && (ProcessStatus.IsGone(process)
                || (ProcessStatus.TryRead(process, out ProcessStatus status)
                    && (status.HasEnded || MarkOf(process, status) != mark)));
    }

    private static int MarkOf(int process, ProcessStatus status)
        => (process & IdMask) | ((int)(status.StartTicks & StartMask) << IdBits);
}
