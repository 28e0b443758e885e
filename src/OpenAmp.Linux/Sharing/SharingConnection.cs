// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Linux;

/// <summary>A socket between two programs that keeps packets whole (SOCK_SEQPACKET), on either side.</summary>
/// <remarks>Many may send, one packet after another; one receives. A packet that begins with a brace is JSON, one that
/// begins with 1 is a <see cref="MessagePacket"/>, one that begins with 2 holds bytes.</remarks>
[SuppressMessage("Usage", "CA2213", Justification = "Who still waits for a turn to send looks at it.")]
internal sealed class SharingConnection(Socket socket) : IDisposable
{
    /// <summary>The longest packet, in bytes: the longest RPMsg message and its header; JSON is shorter.</summary>
    internal const int MaxPacketBytes = MessagePacket.HeaderBytes + ushort.MaxValue;

    /// <summary>First byte of a packet of bytes.</summary>
    internal const byte BytesMark = 2;

    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private readonly SemaphoreSlim _sending = new(1);

    // One byte longer than the longest packet: a longer one fills it.
    private byte[] _received = new byte[SharingRequest.MaxLengthBytes + 1];

    internal static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);

    /// <summary>The user whose process is at the other end; of a listener, when it began to listen.</summary>
    internal uint PeerUser => ReadCredentials().User;

    internal int PeerProcess => ReadCredentials().Process;

    /// <summary>Connects to a program that shares something, and checks whose it is.</summary>
    /// <exception cref="SharingException">Nobody listens there, or somebody else does.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The connection owns the socket.")]
    internal static async ValueTask<SharingConnection> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        UnixSocket.ThrowIfPathInvalid(path);
        Socket socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            var connection = new SharingConnection(socket);
            connection.AllowLongPackets();
            return connection.PeerUser == Interop.geteuid() ? connection
                : throw new SharingException($"The program at \"{path}\" runs as user {connection.PeerUser}, not as "
                    + $"{Interop.geteuid()}: it is not asked for anything.");
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new SharingException($"Nobody answers at \"{path}\": {error.Message}. The program that shared this "
                + "has ended, or stopped sharing.", error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Makes room for every packet there is. Before, only a request is received.</summary>
    internal void AllowLongPackets() => _received = new byte[MaxPacketBytes + 1];

    /// <summary>Receives a packet.</summary>
    /// <param name="cancellationToken">Ends the wait; no packet is lost by it.</param>
    /// <returns>The packet, until the next call; empty when the other program has sent its last one, or is gone.
    /// </returns>
    /// <exception cref="InvalidDataException">The packet is longer than any may be.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        int length = await ReceiveOnceAsync(cancellationToken).ConfigureAwait(false);
        if (length < 0)
        {
            // It closed without having read all that we sent. What it sent before is still here.
            length = await ReceiveOnceAsync(cancellationToken).ConfigureAwait(false);
        }

        return length <= 0 ? default
            : length < _received.Length ? _received.AsMemory(0, length)
            : throw new InvalidDataException($"a packet has at most {_received.Length - 1} bytes here");
    }

    /// <summary>Sends a packet, waiting as long as the token allows for the other program to make room.</summary>
    /// <returns><see langword="false"/> when the other program is gone.</returns>
    internal async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await socket.SendAsync(packet, SocketFlags.None, cancellationToken).ConfigureAwait(false)
                == packet.Length;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a packet if it can be at once: what nobody waits for.</summary>
    internal async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> packet, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            return await TrySendAsync(packet, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends a packet at once, or not at all. Nobody else may send meanwhile.</summary>
    /// <returns>Null when there is no room; false when the other program is gone.</returns>
    internal bool? TrySendNow(ReadOnlySpan<byte> packet)
    {
        try
        {
            socket.Blocking = false;
            _ = socket.Send(packet, SocketFlags.None, out SocketError error);
            return error switch
            {
                SocketError.Success => true,
                SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => null,
                _ => false,
            };
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    internal ValueTask<bool> TrySendAsync(SharingPacket packet, CancellationToken cancellationToken)
        => TrySendAsync(packet.ToBytes(), cancellationToken);

    /// <summary>Says that nothing more is sent. What was sent still arrives.</summary>
    internal void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other program is gone: nothing more is sent to it either way.
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The length of what was received; negative when the connection was reset.</summary>
    private async ValueTask<int> ReceiveOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(_received, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionReset ? -1 : 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    private PeerCredentials ReadCredentials()
    {
        PeerCredentials credentials = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<PeerCredentials>(ref credentials));
        return socket.GetRawSocketOption(SolSocket, SoPeerCred, bytes) == bytes.Length ? credentials
            : throw new SharingException("The system does not tell who is at the other end of a socket (SO_PEERCRED).");
    }

    /// <summary>struct ucred: 12 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PeerCredentials
    {
        public int Process;
        public uint User;
        public uint Group;
    }
}
