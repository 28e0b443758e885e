// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>A transmit buffer of shared memory, lent to be filled in place and sent without a copy.</summary>
/// <remarks>Send it or dispose it, once. Any use after that throws, also through a copy of the value. Disposing a
/// buffer that was sent does nothing, so <c>using</c> is always right.</remarks>
public readonly struct RpmsgSendBuffer : IDisposable
{
    private readonly RpmsgEndpoint _endpoint;
    private readonly BufferLease _lease;

    internal RpmsgSendBuffer(RpmsgEndpoint endpoint, in BufferLease lease)
    {
        _endpoint = endpoint;
        _lease = lease;
    }

    /// <summary>Room for the payload. What it holds is left over from before.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was sent or given back.</exception>
    public Span<byte> Payload
    {
        get
        {
            ObjectDisposedException.ThrowIf(!_endpoint.Path.IsLeaseCurrent(_lease), typeof(RpmsgSendBuffer));
            unsafe
            {
                // SAFETY: the lease is current, so the buffer is this side's and its memory is mapped.
                return new Span<byte>(_lease.Buffer.Payload, (int)_lease.Buffer.PayloadCapacityBytes);
            }
        }
    }

    /// <summary>Sends the payload to the endpoint's peer. Does not block, allocates nothing.</summary>
    /// <param name="lengthBytes">How much of the payload to send, in bytes.</param>
    /// <exception cref="RpmsgMessageTooLongException">The length is more than the buffer holds.</exception>
    /// <exception cref="InvalidOperationException">The peer's address is not known yet.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended; the buffer is given back.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was sent or given back.</exception>
    public void Send(int lengthBytes) => _endpoint.SendLease(_lease, _endpoint.RemoteAddress, lengthBytes);

    /// <summary>Sends the payload to any address. Does not block, allocates nothing.</summary>
    /// <param name="lengthBytes">How much of the payload to send, in bytes.</param>
    /// <param name="destination">The address.</param>
    /// <exception cref="RpmsgMessageTooLongException">The length is more than the buffer holds.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The destination is no address.</exception>
    /// <exception cref="RpmsgClosedException">The endpoint has ended; the buffer is given back.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was sent or given back.</exception>
    public void SendTo(int lengthBytes, uint destination)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(destination, RpmsgAddress.Any);
        _endpoint.SendLease(_lease, destination, lengthBytes);
    }

    /// <summary>Gives the buffer back unsent. Does nothing when it was sent.</summary>
    public void Dispose() => _endpoint?.Path.ReleaseUnsent(_lease);
}
