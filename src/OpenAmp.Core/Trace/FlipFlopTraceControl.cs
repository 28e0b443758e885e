// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.InteropServices;
using OpenAmp.Remoteproc;

namespace OpenAmp.Trace;

/// <summary>The control block as it lies at the start of a flip-flop trace buffer. Little-endian words.</summary>
/// <remarks>The remote writes the first 64 bytes, the host the second 64.</remarks>
[StructLayout(LayoutKind.Explicit, Size = (int)FlipFlopTraceLayout.ControlBytes)]
internal struct FlipFlopTraceControl
{
    /// <summary>Bytes of each side's line.</summary>
    public const uint LineBytes = 64;

    /// <summary>Zero while the block is being set up; written last.</summary>
    [FieldOffset(0)]
    public SharedWord Magic;

    [FieldOffset(4)]
    public SharedWord Version;

    [FieldOffset(8)]
    public SharedWord HalfBytes;

    /// <summary>Which run of the remote this is: one more than what stood here before.</summary>
    [FieldOffset(12)]
    public SharedWord Epoch;

    /// <summary>Halves closed in this run; the number of the half in use. Free-running.</summary>
    [FieldOffset(16)]
    public SharedWord Closed;

    /// <summary>Bytes lost in this run, so far. Modulo 2^32.</summary>
    [FieldOffset(20)]
    public SharedWord LostBytes;

    /// <summary>Newlines among those bytes. Modulo 2^32.</summary>
    [FieldOffset(24)]
    public SharedWord LostLines;

    [FieldOffset(32)]
    public FlipFlopTraceHalf Even;

    [FieldOffset(48)]
    public FlipFlopTraceHalf Odd;

    /// <summary>Host: the run that <see cref="Released"/> is about. Written after it.</summary>
    [FieldOffset(64)]
    public SharedWord AcknowledgedEpoch;

    /// <summary>Host: halves read to their end, so that the remote may write there again. Free-running.</summary>
    [FieldOffset(68)]
    public SharedWord Released;
}
