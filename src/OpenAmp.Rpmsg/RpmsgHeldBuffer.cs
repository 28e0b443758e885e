// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A received message that the program keeps in shared memory, to read it without a copy.</summary>
/// <remarks>
/// <para>Dispose it soon: while it is held the peer has one buffer less. Disposing twice throws; reading after it
/// throws too.</para>
/// <para>The peer can still write to the payload: copy what decisions depend on, then check the copy.</para>
/// </remarks>
public readonly struct RpmsgHeldBuffer : IDisposable
{
    private readonly MessagePath _path;
    private readonly BufferLease _lease;
    private readonly int _lengthBytes;

    internal RpmsgHeldBuffer(MessagePath path, in BufferLease lease, int lengthBytes, uint source)
    {
        _path = path;
        _lease = lease;
        _lengthBytes = lengthBytes;
        Source = source;
    }

    /// <summary>Address of the sender.</summary>
    public uint Source { get; }

    /// <summary>The payload, where it lies in shared memory; until the buffer is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(!_path.IsHeldCurrent(_lease), typeof(RpmsgHeldBuffer));
            unsafe
            {
                // SAFETY: the lease is current, so the buffer is this side's and its memory is mapped.
                return new ReadOnlySpan<byte>(_lease.Buffer.Payload, _lengthBytes);
            }
        }
    }

    /// <summary>Gives the buffer back to the peer.</summary>
    /// <exception cref="ObjectDisposedException">It was given back already.</exception>
    public void Dispose() => _path.GiveBackHeld(_lease);
}
