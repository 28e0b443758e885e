// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>A ring buffer that the program has, and which loan of it this is: a copy of a lease that was ended is told
/// from the buffer's next loan.</summary>
internal readonly struct BufferLease(RpmsgBuffer buffer, int generation)
{
    public RpmsgBuffer Buffer { get; } = buffer;

    public int Generation { get; } = generation;
}
