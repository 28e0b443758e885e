// SPDX-License-Identifier: BSD-3-Clause

using System.Globalization;
using System.Text;

namespace OpenAmp.Remoteproc;

/// <summary>Says in words what is special about a line, for sinks that hold text.</summary>
internal static class TraceNote
{
    /// <summary>The notes in brackets, each with a space behind it; empty for an ordinary line.</summary>
    public static string Of(in TraceLine line)
    {
        if (line.Flags == TraceLineFlags.None)
        {
            return "";
        }

        var note = new StringBuilder();
        if (line.Flags.HasFlag(TraceLineFlags.Restarted))
        {
            note.Append("[restarted] ");
        }

        if (line.Flags.HasFlag(TraceLineFlags.LostBytes))
        {
            note.Append('[').Append(Loss(line)).Append("] ");
        }

        if (line.Flags.HasFlag(TraceLineFlags.Uncertain))
        {
            note.Append("[uncertain] ");
        }

        if (line.Flags.HasFlag(TraceLineFlags.Partial))
        {
            note.Append("[partial] ");
        }

        return note.ToString();
    }

    /// <summary>How much is missing.</summary>
    public static string Loss(in TraceLine line)
    {
        string bytes = line.LostBytes.ToString(CultureInfo.InvariantCulture);
        string lines = line.LostLines.ToString(CultureInfo.InvariantCulture);
        return (line.Flags.HasFlag(TraceLineFlags.LossUnknown), line.LostBytes) switch
        {
            (true, 0) => "text may be lost here",
            (true, _) => $"at least {bytes} bytes lost",
            _ => $"{bytes} bytes lost, {lines} newlines among them",
        };
    }
}
