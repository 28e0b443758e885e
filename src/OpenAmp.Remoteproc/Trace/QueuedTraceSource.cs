// SPDX-License-Identifier: BSD-3-Clause

using System.Text;

namespace OpenAmp.Remoteproc;

/// <summary>Lines that somebody else cut, as text with marks, so that a follower treats them as any other.</summary>
internal sealed class QueuedTraceSource(TraceLineQueue lines) : TraceSource
{
    public override void Look(TraceInbox inbox)
    {
        while (lines.TryRead(out TraceLine line))
        {
            // Every line before it was whole, so that no mark need break one.
            if (line.Flags != TraceLineFlags.None)
            {
                inbox.Add(new TraceMark(line.Flags, line.LostBytes, line.LostLines, BreaksLine: false));
            }

            inbox.Add(Encoding.UTF8.GetBytes(line.Text));
            inbox.Add("\n"u8);
        }
    }

    public override void LookLast(TraceInbox inbox) => Look(inbox);

    public override void Close() => lines.Close();
}
