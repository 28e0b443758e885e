// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <summary>An endpoint of a link that another program has, as a connection to it.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "Disposed by DisposeAsync.")]
internal sealed class EndpointPort : RpmsgPort
{
    private static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    private readonly SharingConnection _connection;
    private readonly string _description;
    private readonly int _maxPayloadBytes;
    private readonly byte[] _packet;
    private readonly TaskCompletionSource<uint> _bound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private volatile uint _remote;
    private volatile RpmsgClosedException? _ending;

    // The message for which there was no room, on its way. Guarded by the lock, and so is the packet.
    private Task _sending = Task.CompletedTask;

    private EndpointPort(
        SharingConnection connection,
        string description,
        SharedOpening opening,
        int maxPayloadBytes)
    {
        _connection = connection;
        _description = description;
        _maxPayloadBytes = opening.MaxPayloadBytes > 0
            ? Math.Min(maxPayloadBytes, opening.MaxPayloadBytes) : maxPayloadBytes;
        _packet = new byte[MessagePacket.HeaderBytes + _maxPayloadBytes];
        LocalAddress = opening.Local;
        _remote = opening.Remote ?? RpmsgAddress.Any;
        if (opening.Remote is { } remote)
        {
            _bound.TrySetResult(remote);
        }
    }

    public override uint LocalAddress { get; }

    public override uint RemoteAddress => _remote;

    public override bool SendsAnywhere => true;

    public override RpmsgClosedException? Ending => _ending;

    /// <summary>Completes when the port has ended and its last message was read, or it was disposed.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Makes an endpoint.</summary>
    /// <exception cref="ArgumentException">The request is wrong.</exception>
    /// <exception cref="IOException">The program refused, or is gone.</exception>
    internal static async ValueTask<EndpointPort> OpenAsync(
        string path,
        string description,
        SharingRequest request,
        int maxPayloadBytes,
        CancellationToken cancellationToken)
    {
        SharingConnection connection = await SharingConnection.ConnectAsync(path, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            _ = await connection.TrySendAsync(request.ToBytes(), cancellationToken).ConfigureAwait(false);
            ReadOnlyMemory<byte> packet = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (packet.IsEmpty)
            {
                throw new SharingException($"{description} made no endpoint: the program went away.");
            }

            SharingPacket answer = SharingPacket.Parse(packet.Span);
            return answer.Error is { } error ? throw error.ToException()
                : answer.Open is { } opening
                ? new EndpointPort(connection, description, opening, maxPayloadBytes)
                : throw new SharingException($"{description} answered with something else than an endpoint.");
        }
        catch (InvalidDataException error)
        {
            connection.Dispose();
            throw new SharingException($"{description} sent what no correct program does: {error.Message}.", error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override async ValueTask<uint> WaitForRemoteAsync(CancellationToken cancellationToken)
        => await _bound.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

    public override RpmsgPortSendResult TrySend(ReadOnlySpan<byte> payload, uint destination)
    {
        if (payload.Length > _maxPayloadBytes)
        {
            return RpmsgPortSendResult.TooLong;
        }

        lock (_lock)
        {
            if (_ending is not null)
            {
                return RpmsgPortSendResult.Ended;
            }

            if (!_sending.IsCompleted)
            {
                return RpmsgPortSendResult.Full;
            }

            int length = MessagePacket.HeaderBytes + payload.Length;
            MessagePacket.WriteHeader(_packet, LocalAddress, destination);
            payload.CopyTo(_packet.AsSpan(MessagePacket.HeaderBytes));
            if (_connection.TrySendNow(_packet.AsSpan(0, length)) is null)
            {
                // One message waits here for room, as the system does not tell when there is some.
                _sending = _connection.TrySendAsync(_packet.AsMemory(0, length), CancellationToken.None).AsTask();
            }

            // When the other program is gone that is read, after its last messages.
            return RpmsgPortSendResult.Sent;
        }
    }

    public override async ValueTask WaitToSendAsync(CancellationToken cancellationToken)
    {
        Task sending;
        lock (_lock)
        {
            sending = _sending;
        }

        await Task.WhenAny(sending, _ended.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<RpmsgPortMessage> ReceiveAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_ending is { } ending)
            {
                throw ending;
            }

            ReadOnlyMemory<byte> packet;
            try
            {
                packet = await _connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException error)
            {
                throw End(RpmsgCloseReason.CarrierFailed, $"it sent what no correct program does: {error.Message}");
            }

            if (packet.IsEmpty)
            {
                throw End(RpmsgCloseReason.PeerGone, "its program is gone; open it again when it is back");
            }

            if (MessagePacket.IsMessage(packet.Span))
            {
                int length = packet.Length - MessagePacket.HeaderBytes;
                if (!MessagePacket.TryRead(packet.Span, out uint source, out _) || length > buffer.Length)
                {
                    throw End(RpmsgCloseReason.CarrierFailed, "its program sent no correct message");
                }

                packet[MessagePacket.HeaderBytes..].CopyTo(buffer);
                return new RpmsgPortMessage(length, source);
            }

            Take(packet.Span);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Task sending;
        lock (_lock)
        {
            sending = _sending;
        }

        using var limit = new CancellationTokenSource(GoodbyeTime);
        try
        {
            // What was sent arrives before the endpoint is destroyed, and the peer is told before this is over.
            await sending.WaitAsync(limit.Token).ConfigureAwait(false);
            _connection.EndSending();
            while (_ending is null)
            {
                ReadOnlyMemory<byte> packet = await _connection.ReceiveAsync(limit.Token).ConfigureAwait(false);
                if (packet.IsEmpty)
                {
                    break;
                }

                if (!MessagePacket.IsMessage(packet.Span))
                {
                    Take(packet.Span);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The other program takes its time, or breaks the protocol: it notices that the connection is closed.
        }
        finally
        {
            _ = End(RpmsgCloseReason.Disposed, "this side disposed it");
            _connection.Dispose();
        }
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        SharingPacket told = SharingPacket.Parse(packet);
        if (told.Bound is { } remote)
        {
            _remote = remote;
            _bound.TrySetResult(remote);
        }
        else if (told.End is { } end)
        {
            string why = end.Message ?? end.Reason.ToString();
            _ = End(
                Enum.IsDefined(end.Reason) && end.Reason != RpmsgCloseReason.None ? end.Reason
                    : RpmsgCloseReason.CarrierFailed,
                end.Dropped > 0 ? $"{why}; {end.Dropped} messages were dropped because they were not read in time"
                    : why);
        }
        else if (told.Error is { } error)
        {
            _ = End(error.Reason ?? RpmsgCloseReason.CarrierFailed, error.Message);
        }
    }

    private RpmsgClosedException End(RpmsgCloseReason reason, string why)
    {
        lock (_lock)
        {
            _ending ??= new RpmsgClosedException(reason, $"The endpoint at {_description} has ended: {why}.");
        }

        _bound.TrySetException(_ending);
        _ = _bound.Task.Exception;
        _ended.TrySetResult();
        return _ending;
    }
}
