// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Trace;

/// <summary>Where the parts of a flip-flop trace buffer lie: a control block, then two halves of text.</summary>
/// <remarks>
/// <para>Both sides compute it from the length that the resource table states, and neither believes the other's
/// number. What stands in the control block, byte by byte, is in docs/trace.md.</para>
/// <para>The remote and the host each write one line of 64 bytes and never the other's, so that cache maintenance of
/// one side cannot undo what the other wrote.</para>
/// </remarks>
public readonly struct FlipFlopTraceLayout
{
    /// <summary>First word of the control block: the bytes "FFTR".</summary>
    public const uint Magic = 0x52544646;

    /// <summary>Second word of the control block: the version of this format.</summary>
    public const uint Version = 1;

    /// <summary>Length of the control block, in bytes. The first half follows it.</summary>
    public const uint ControlBytes = 128;

    /// <summary>What the buffer's device address and the length of a half are multiples of, in bytes.</summary>
    public const uint AlignmentBytes = 64;

    /// <summary>The shortest buffer that holds the control block and two halves, in bytes.</summary>
    public const uint MinLengthBytes = ControlBytes + (2 * AlignmentBytes);

    private FlipFlopTraceLayout(uint halfBytes) => HalfBytes = halfBytes;

    /// <summary>Length of one half, in bytes; 0 only in a default value.</summary>
    public uint HalfBytes { get; }

    /// <summary>Computes the layout of a buffer. What is left over behind the second half is not used.</summary>
    /// <param name="lengthBytes">Length of the whole buffer, in bytes.</param>
    /// <param name="layout">The layout.</param>
    /// <returns><see langword="false"/> when the buffer is shorter than <see cref="MinLengthBytes"/>.</returns>
    public static bool TryCreate(uint lengthBytes, out FlipFlopTraceLayout layout)
    {
        layout = default;
        if (lengthBytes < MinLengthBytes)
        {
            return false;
        }

        layout = new FlipFlopTraceLayout(((lengthBytes - ControlBytes) >> 1) & ~(AlignmentBytes - 1));
        return true;
    }

    /// <summary>Where a half starts.</summary>
    /// <param name="number">Free-running number of the half; its lowest bit picks the place.</param>
    /// <returns>Offset from the first byte of the buffer, in bytes.</returns>
    public uint OffsetOf(uint number) => ControlBytes + ((number & 1) == 0 ? 0 : HalfBytes);
}
