// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>A process in 31 bits: its id, which the kernel keeps below 2^22, and 9 bits of its start time.</summary>
internal static class OwnerMark
{
    private const int IdBits = 22;
    private const int IdMask = (1 << IdBits) - 1;
    private const int StartMask = 0x1FF;

    internal static int OfThisProcess { get; } = MarkOf(Environment.ProcessId, out _)
        ?? throw new IOException("/proc/self/stat cannot be read; mount /proc, which tells processes apart.");

    /// <summary>Whether the process is gone or a zombie. In doubt it lives.</summary>
    internal static bool IsDead(int mark)
    {
        int process = mark & IdMask;
        if (process == 0)
        {
            return false;
        }

        // Signal 0 asks only whether the process exists; unlike /proc it answers for other users' processes too.
        if (Interop.kill(process, 0) != 0 && Interop.LastErrno == Errno.ESRCH)
        {
            return true;
        }

        return MarkOf(process, out bool ended) is int current && (ended || current != mark);
    }

    private static int? MarkOf(int process, out bool ended)
    {
        ended = false;
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{process}/stat");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // Hidden from us, or it ended this moment: the next look tells.
        }

        // The command may hold anything, so count from its closing parenthesis: state is field 3, start time 22.
        ReadOnlySpan<char> rest = text.AsSpan(text.LastIndexOf(')') + 2);
        int field = 3;
        foreach (Range range in rest.Split(' '))
        {
            if (field == 3)
            {
                ended = rest[range] is "Z" or "X";
            }
            else if (field == 22)
            {
                ulong start = ulong.Parse(rest[range], NumberStyles.None, CultureInfo.InvariantCulture);
                return (process & IdMask) | ((int)(start & StartMask) << IdBits);
            }

            field++;
        }

        return null;
    }
}
