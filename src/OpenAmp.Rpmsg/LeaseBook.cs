// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>Keeps count of which buffers of one ring the program has. Used under one gate.</summary>
internal sealed class LeaseBook
{
    // Odd while the buffer is lent. Grows for each loan and each return, so no two loans share a number soon.
    private readonly int[] _generations;

    // What the program knows its buffers as.
    private readonly Type _publicType;

    public LeaseBook(int bufferCount, Type publicType)
    {
        _generations = new int[bufferCount];
        _publicType = publicType;
    }

    public int LentCount { get; private set; }

    public BufferLease Lend(in RpmsgBuffer buffer)
    {
        LentCount++;
        return new BufferLease(buffer, unchecked(++_generations[buffer.Head]));
    }

    public bool IsCurrent(in BufferLease lease) => _generations[lease.Buffer.Head] == lease.Generation;

    /// <summary>Ends a loan. Throws when it has ended before.</summary>
    public void End(in BufferLease lease)
    {
        ObjectDisposedException.ThrowIf(!IsCurrent(lease), _publicType);
        _generations[lease.Buffer.Head] = unchecked(lease.Generation + 1);
        LentCount--;
    }
}
