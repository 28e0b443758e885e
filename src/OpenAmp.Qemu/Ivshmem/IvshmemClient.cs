// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Memory;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>This process as a peer of an ivshmem server: the shared memory, our vectors, and the other peers.</summary>
/// <remarks>
/// <para>Any thread may call any member. One thread of the client's own hears the server; it sleeps between messages,
/// which come only when peers come and go.</para>
/// <para>The server is believed as little as possible: what breaks the protocol ends the connection with an error that
/// says what came. Its shared memory is believed to keep its length, as only a sealed one must.</para>
/// </remarks>
public sealed partial class IvshmemClient : IAsyncDisposable
{
    private readonly IvshmemClientOptions _options;
    private readonly Socket _socket;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, IvshmemPeer> _peers = [];
    private readonly List<EventFd> _vectors = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _peersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SharedMemory? _memory;
    private volatile Exception? _failure;
    private int _users = 1;
    private int _disposed;

    private IvshmemClient(IvshmemClientOptions options, Socket socket)
    {
        _options = options;
        _socket = socket;
        new Thread(Listen) { IsBackground = true, Name = $"ivshmem {options.SocketPath}" }.UnsafeStart();
    }

    /// <summary>A peer's first vector has come. Raised on the client's own thread.</summary>
    public event EventHandler<IvshmemPeerEventArgs>? PeerJoined;

    /// <summary>A peer has left. Raised on the client's own thread.</summary>
    public event EventHandler<IvshmemPeerEventArgs>? PeerLeft;

    /// <summary>Our own id, from 0 to 65535.</summary>
    public int Id { get; private set; }

    /// <summary>The shared memory; addresses are offsets.</summary>
    /// <exception cref="ObjectDisposedException">The client and every link over it are disposed.</exception>
    public SharedRegion Memory => Mapping.Region;

    /// <summary>How many vectors of our own have come.</summary>
    public int VectorCount
    {
        get
        {
            lock (_lock)
            {
                return _vectors.Count;
            }
        }
    }

    /// <summary>The other peers now, in order of their ids.</summary>
    public IReadOnlyList<IvshmemPeer> Peers
    {
        get
        {
            lock (_lock)
            {
                return [.. _peers.Values];
            }
        }
    }

    /// <summary>Completes when the connection has ended: disposed, closed by the server, or broken. Never fails: see
    /// <see cref="Failure"/>.</summary>
    public Task Completion => _ended.Task;

    /// <summary>Why the connection broke; <see langword="null"/> while it has not, and when either side closed it.
    /// </summary>
    public Exception? Failure => _failure;

    private SharedMemory Mapping
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_memory is null, this);
                return _memory;
            }
        }
    }

    /// <summary>Connects and waits for the id, the memory and our own vectors.</summary>
    /// <param name="options">Which server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The client; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IvshmemProtocolException">What answers breaks the protocol, or closed too early.</exception>
    /// <exception cref="IOException">Nobody listens, or the system refused.</exception>
    /// <exception cref="TimeoutException">The server did not give everything in time.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async ValueTask<IvshmemClient> ConnectAsync(
        IvshmemClientOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        Socket socket = await ConnectSocketAsync(options.SocketPath, cancellationToken).ConfigureAwait(false);
        IvshmemClient client = new(options, socket);
        try
        {
            await client._ready.Task.WaitAsync(options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch (TimeoutException)
        {
            string got = client.Progress;
            await client.DisposeAsync().ConfigureAwait(false);
            throw new TimeoutException($"The ivshmem server at \"{options.SocketPath}\" gave {got} within "
                + $"{options.ConnectTimeout}. Start it with at least {options.VectorCount} vectors, or ask for fewer.");
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for a peer that can be rung.</summary>
    /// <param name="id">Which one; <see langword="null"/> for the one with the lowest id.</param>
    /// <param name="vector">The vector that it must have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The peer, at once if it is there.</returns>
    /// <exception cref="IOException">The connection has ended.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<IvshmemPeer> WaitForPeerAsync(int? id, int vector, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                foreach (IvshmemPeer peer in _peers.Values)
                {
                    if ((id is null || id == peer.Id) && peer.VectorCount > vector)
                    {
                        return peer;
                    }
                }

                changed = _peersChanged.Task;
            }

            if (_ended.Task.IsCompleted)
            {
                throw EndedException("while a peer was awaited");
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until one of our own vectors is rung. Blocks the thread; one thread per vector.</summary>
    /// <param name="vector">Which vector. A link uses one of its own.</param>
    /// <param name="timeout">How long to wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns><see langword="false"/> when time ran out. All rings since the last call count as one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vector.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    public bool Wait(int vector, TimeSpan timeout)
    {
        EventFd own;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            ArgumentOutOfRangeException.ThrowIfNegative(vector);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vector, _vectors.Count);
            own = _vectors[vector];
        }

        return own.Wait(timeout);
    }

    /// <summary>Leaves. The memory stays mapped until every link over this client has let go of it.</summary>
    /// <returns>When the connection is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The server was faster.
        }

        await _ended.Task.ConfigureAwait(false);
        _socket.Dispose();
        lock (_lock)
        {
            _vectors.ForEach(static vector => vector.Dispose());
        }

        Release();
    }

    /// <summary>A second owner of one of our own vectors.</summary>
    internal EventFd DuplicateVector(int vector)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vector, _vectors.Count);
            return _vectors[vector].Duplicate();
        }
    }

    /// <summary>Keeps the memory mapped until <see cref="Release"/>.</summary>
    internal SharedRegion Hold()
    {
        lock (_lock)
        {
            SharedRegion region = Mapping.Region;
            _users++;
            return region;
        }
    }

    /// <summary>Ends what <see cref="Hold"/> began.</summary>
    internal void Release()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _memory?.Dispose();
                _memory = null;
            }
        }
    }

    private static async Task<Socket> ConnectSocketAsync(string path, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"No ivshmem server answers at \"{path}\": {exception.Message}. Start the server "
                + "first, with the same socket path.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
