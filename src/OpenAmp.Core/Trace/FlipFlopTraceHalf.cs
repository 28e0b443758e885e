// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Remoteproc;

namespace OpenAmp.Trace;

/// <summary>What the remote says about one half. 16 bytes; the remote alone writes it.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct FlipFlopTraceHalf
{
    /// <summary>Free-running number of the half that lies here. Written last when a half is opened.</summary>
    public SharedWord Number;

    /// <summary>Bytes of text in it so far. Written after the text.</summary>
    public SharedWord FilledBytes;

    /// <summary>Bytes lost since the start of the run, when this half was opened. Modulo 2^32.</summary>
    public SharedWord LostBytes;

    /// <summary>Newlines among those bytes. Modulo 2^32.</summary>
    public SharedWord LostLines;
}
