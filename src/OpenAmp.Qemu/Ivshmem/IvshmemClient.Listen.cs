// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Linux;

namespace OpenAmp.Qemu.Ivshmem;

/// <content>The thread that hears the server.</content>
public sealed partial class IvshmemClient
{
    private readonly IvshmemProtocol _protocol = new();

    private string Progress
    {
        get
        {
            lock (_lock)
            {
                return _protocol.OwnId < 0 ? "no id" : _memory is null ? "no shared memory" :
                    $"{_vectors.Count} of {_options.VectorCount} vectors";
            }
        }
    }

    private string Server => $"the ivshmem server at \"{_options.SocketPath}\"";

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails here ends the connection, not the process.")]
    private void Listen()
    {
        try
        {
            while (TryReceive(out long number, out SafeFileHandle? handle))
            {
                Take(number, handle);
            }
        }
        catch (Exception exception) when (_disposed == 0)
        {
            _failure = exception is IvshmemProtocolException
                ? new IvshmemProtocolException($"From {Server}: {exception.Message}", exception)
                : exception;
        }
        catch (Exception)
        {
            // Disposed meanwhile: there is nobody to tell.
        }

        EndOfServer();
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns><see langword="false"/> when the server closed the connection.</returns>
    private bool TryReceive(out long number, out SafeFileHandle? handle)
    {
        Span<byte> message = stackalloc byte[IvshmemMessage.SizeBytes];
        number = 0;
        handle = null;
        int length = 0;
        while (length < message.Length)
        {
            ReceivedDescriptors received;
            try
            {
                // A peer's coming is no deadline of ours; who connects waits for the whole with one.
                received = FileDescriptorPassing.Receive(
                    _socket.SafeHandle, message[length..], maxDescriptors: 1, Timeout.InfiniteTimeSpan);
            }
            catch
            {
                handle?.Dispose();
                throw;
            }

            if (received.Handles.Count > 0 && handle is not null)
            {
                received.Dispose();
                handle.Dispose();
                throw new IvshmemProtocolException("Two descriptors came with one message; at most one may.");
            }

            handle ??= received.Handles.Count > 0 ? received.Handles[0] : null;
            if (received.MessageBytes == 0)
            {
                handle?.Dispose();
                return length == 0
                    ? false
                    : throw new IvshmemProtocolException($"The connection was closed after {length} of "
                        + $"{message.Length} bytes of a message.");
            }

            length += received.MessageBytes;
        }

        number = IvshmemMessage.Read(message);
        return true;
    }

    private void Take(long number, SafeFileHandle? handle)
    {
        IvshmemStep step = _protocol.Take(number, handle is not null);
        switch (step)
        {
            case IvshmemStep.OwnId:
                Id = (int)number;
                break;
            case IvshmemStep.Memory:
                Map(handle!);
                break;
            case IvshmemStep.OwnVector:
                AddOwnVector(VectorFrom(handle!));
                break;
            case IvshmemStep.PeerVector:
                AddPeerVector((int)number, VectorFrom(handle!));
                break;
            case IvshmemStep.PeerLeft:
                RemovePeer((int)number);
                break;
            case IvshmemStep.Malformed:
                handle?.Dispose();
                throw new IvshmemProtocolException(_protocol.Reason);
            default:
                break;
        }
    }

    private void Map(SafeFileHandle handle)
    {
        try
        {
            SharedMemory memory = SharedMemory.FromHandle(handle);
            lock (_lock)
            {
                _memory = memory;
            }
        }
        catch (IOException exception)
        {
            throw new IvshmemProtocolException($"The descriptor of the shared memory is not usable: "
                + exception.Message, exception);
        }
    }

    private static EventFd VectorFrom(SafeFileHandle handle)
    {
        try
        {
            IvshmemDescriptors.ThrowIfNoDoorbell(handle);
            return new EventFd(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private void AddOwnVector(EventFd vector)
    {
        bool complete;
        lock (_lock)
        {
            if (_vectors.Count >= IvshmemServerOptions.MaxVectorCount)
            {
                vector.Dispose(); // As the protocol says of vectors that a client has no use for.
                return;
            }

            _vectors.Add(vector);
            complete = _vectors.Count == _options.VectorCount;
        }

        if (complete)
        {
            _ = _ready.TrySetResult();
        }
    }

    private void AddPeerVector(int id, EventFd vector)
    {
        IvshmemPeer? peer;
        bool isNew;
        lock (_lock)
        {
            isNew = !_peers.TryGetValue(id, out peer);
            if (isNew && _peers.Count >= _options.MaxPeers)
            {
                vector.Dispose();
                throw new IvshmemProtocolException($"There are more peers than the {_options.MaxPeers} this client "
                    + "keeps. Raise its limit, or let the server take fewer.");
            }

            peer ??= _peers[id] = new IvshmemPeer(id);
        }

        _ = peer.TryAdd(vector, IvshmemServerOptions.MaxVectorCount);
        SignalPeersChanged();
        if (isNew)
        {
            PeerJoined?.Invoke(this, new IvshmemPeerEventArgs(peer));
        }
    }

    private void RemovePeer(int id)
    {
        IvshmemPeer? peer;
        lock (_lock)
        {
            // A peer without a vector is announced by nothing and taken back like any other.
            if (!_peers.TryGetValue(id, out peer))
            {
                return;
            }

            _ = _peers.Remove(id);
        }

        peer.Leave();
        SignalPeersChanged();
        PeerLeft?.Invoke(this, new IvshmemPeerEventArgs(peer));
    }

    private void SignalPeersChanged()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _peersChanged;
            _peersChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _ = changed.TrySetResult();
    }

    private void EndOfServer()
    {
        IvshmemPeer[] peers;
        lock (_lock)
        {
            peers = [.. _peers.Values];
            _peers.Clear();
        }

        Array.ForEach(peers, static peer => peer.Leave());
        if (!_ready.Task.IsCompleted)
        {
            string got = Progress;
            Exception reason = _failure ?? new IvshmemProtocolException($"{Server} gave {got} and closed the "
                + "connection. Has it as many peers as it takes?");
            _ = _ready.TrySetException(reason);
            _ = _ready.Task.Exception; // Nobody may be waiting any more.
        }

        _ = _ended.TrySetResult();
        SignalPeersChanged();
    }

    private IOException EndedException(string during)
        => new($"The connection with {Server} ended {during}"
            + (_failure is { } failure ? $": {failure.Message}" : ". Connect again when it is back."), _failure);
}
