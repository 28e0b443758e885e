// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Trace;

/// <summary>What one look brought. The losses come before the text, and the restart before both.</summary>
public struct FlipFlopTraceRead
{
    /// <summary>Bytes of text that were copied.</summary>
    public int LengthBytes;

    /// <summary>Bytes that the remote lost right before this text.</summary>
    public uint LostBytes;

    /// <summary>Newlines among them.</summary>
    public uint LostLines;

    /// <summary>The remote has started a new run; what was unread of the old one is gone.</summary>
    public bool IsRestart;

    /// <summary>The control block contradicted itself, and text may be missing or repeated here.</summary>
    public bool IsBroken;
}
