// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;

namespace OpenAmp.Linux;

/// <summary>What the kernel tells of a process that need not be a child (proc(5), /proc/PID/stat).</summary>
/// <param name="HasEnded">Whether it has ended and only waits to be reaped.</param>
/// <param name="StartTicks">When it began, in clock ticks since the system did.</param>
internal readonly record struct ProcessStatus(bool HasEnded, ulong StartTicks)
{
    /// <summary>Whether a process is gone, or a zombie. In doubt it lives.</summary>
    internal static bool IsDead(int process)
        => IsGone(process) || (TryRead(process, out ProcessStatus status) && status.HasEnded);

    /// <summary>Whether no process has that number.</summary>
    /// <remarks>Signal 0 asks only this; unlike /proc it answers for other users' processes too.</remarks>
    internal static bool IsGone(int process)
        => Interop.kill(process, 0) != 0 && Interop.LastErrno == Errno.ESRCH;

    /// <summary>Reads it.</summary>
    /// <returns><see langword="false"/> when the process is hidden from us, or ended this moment: the next look
    /// tells.</returns>
    internal static bool TryRead(int process, out ProcessStatus status)
    {
        status = default;
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{process}/stat");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        // The command may hold anything, so count from its closing parenthesis: state is field 3, start time 22.
        ReadOnlySpan<char> rest = text.AsSpan(text.LastIndexOf(')') + 2);
        bool ended = false;
        int field = 3;
        foreach (Range range in rest.Split(' '))
        {
            if (field == 3)
            {
                ended = rest[range] is "Z" or "X";
            }
            else if (field == 22)
            {
                status = new(ended, ulong.Parse(rest[range], NumberStyles.None, CultureInfo.InvariantCulture));
                return true;
            }

            field++;
        }

        return false;
    }
}
