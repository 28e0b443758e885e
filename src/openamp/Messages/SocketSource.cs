// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Tool.Output;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Messages;

/// <summary>Clients of a listening socket, one after another, or one server.</summary>
internal sealed class SocketSource : IStreamSource
{
    private readonly Socket _socket;
    private readonly EndPoint _place;
    private readonly bool _isListening;

    private SocketSource(Socket socket, EndPoint place, bool isListening)
    {
        _socket = socket;
        _place = place;
        _isListening = isListening;
    }

    /// <summary>Listens on a port.</summary>
    /// <exception cref="ServiceFailedException">It is taken, or may not be had.</exception>
    public static SocketSource ListenTcp(string place)
    {
        _ = TryParse(place, out string host, out int port);
        IPAddress address = host.Length == 0 || host == "localhost" ? IPAddress.Loopback
            : host == "*" ? IPAddress.Any
            : IPAddress.TryParse(host, out IPAddress? parsed) ? parsed
            : throw new ServiceFailedException($"'{host}' is no IP address to listen on; give one, or * for all");
        return Listen(new IPEndPoint(address, port), ProtocolType.Tcp);
    }

    public static SocketSource ConnectTcp(string place)
    {
        _ = TryParse(place, out string host, out int port);
        return new(
            new Socket(SocketType.Stream, ProtocolType.Tcp),
            new DnsEndPoint(host.Length == 0 ? "localhost" : host, port), isListening: false);
    }

    /// <summary>Listens at a path; the socket's file is removed at the end.</summary>
    /// <exception cref="ServiceFailedException">There is something at the path already.</exception>
    public static SocketSource ListenUnix(string path) => Path.Exists(path)
        ? throw new ServiceFailedException($"'{path}' exists already; remove it if no program listens there")
        : Listen(new UnixDomainSocketEndPoint(path), ProtocolType.Unspecified);

    public static SocketSource ConnectUnix(string path) => new(
        new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
        new UnixDomainSocketEndPoint(path), isListening: false);

    /// <summary>Reads HOST:PORT, :PORT or PORT.</summary>
    public static bool TryParse(string text, out string host, out int port)
    {
        int colon = text.LastIndexOf(':');
        host = colon < 0 ? "" : text[..colon].Trim('[', ']');
        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= ushort.MaxValue;
    }

    public string Describe() => _isListening ? $"clients of {_socket.LocalEndPoint}" : $"{_place}";

    public async Task ServeAsync(BridgeSession session, CancellationToken cancellationToken)
    {
        if (!_isListening)
        {
            try
            {
                await _socket.ConnectAsync(_place, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                throw new ServiceFailedException(
                    $"{_place} cannot be reached: {Notice.OneLine(exception)}; is its server running?", exception);
            }

            await ServeAsync(_socket, session, cancellationToken).ConfigureAwait(false);
            return;
        }

        while (true)
        {
            using Socket client = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await ServeAsync(client, session, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is InvalidDataException
                or IOException { InnerException: SocketException })
            {
                Notice.Write("rpmsg bridge", $"a client was let go: {Notice.OneLine(exception)}");
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (_isListening && _place is UnixDomainSocketEndPoint path)
        {
            File.Delete(path.ToString());
        }

        return ValueTask.CompletedTask;
    }

    private static async Task ServeAsync(Socket socket, BridgeSession session, CancellationToken cancellationToken)
    {
        var stream = new NetworkStream(socket, ownsSocket: false);
        await using ConfiguredAsyncDisposable end = stream.ConfigureAwait(false);
        await session.ServeAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static SocketSource Listen(EndPoint place, ProtocolType protocol)
    {
        var socket = new Socket(place.AddressFamily, SocketType.Stream, protocol);
        try
        {
            socket.Bind(place);
            socket.Listen();
            return new SocketSource(socket, place, isListening: true);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new ServiceFailedException(
                $"{place} cannot be listened on: {Notice.OneLine(exception)}; choose another", exception);
        }
    }
}
