// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux.Tests;

/// <summary>A program that speaks to a sharing socket as it likes.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[1 << 17];

    internal RawClient(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

    internal void Send(byte[] packet) => _ = _socket.Send(packet);

    internal void Send(string packet) => Send(Encoding.UTF8.GetBytes(packet));

    /// <summary>The next packet as text, or null when the other side has closed.</summary>
    internal async Task<string?> ReceiveAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                int length = await _socket.ReceiveAsync(_buffer, cancellationToken);
                return length == 0 ? null : Encoding.UTF8.GetString(_buffer, 0, length);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It closed without reading all; what it said before is still there.
            }
        }

        return null;
    }

    /// <summary>Reads until the other side closes, and gives the last packet.</summary>
    internal async Task<string?> ReceiveLastAsync(CancellationToken cancellationToken)
    {
        string? last = null;
        while (await ReceiveAsync(cancellationToken) is { } packet)
        {
            last = packet;
        }

        return last;
    }

    public void Dispose() => _socket.Dispose();
}
