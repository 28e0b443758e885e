// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Trace;

/// <summary>What stands behind the newest byte of a classic trace buffer.</summary>
public enum TextTraceEnding
{
    /// <summary>Nothing marks it: the next byte is the oldest text, or still zero on the first lap. Most firmware does
    /// this, and a reader can only tell by watching where bytes change.</summary>
    None,

    /// <summary>A zero byte. The Linux kernel shows what lies before the first zero, so it shows the newest text since
    /// the last wrap, and a follower sees the place. The buffer's last byte is always zero.</summary>
    Zero,
}
