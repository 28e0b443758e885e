// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Memory;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Gives shared memory and doorbells to emulated machines and to processes: an ivshmem server, as QEMU's
/// ivshmem-doorbell device wants one.</summary>
/// <remarks>
/// <para>QEMU: -chardev socket,id=iv,path=PATH -device ivshmem-doorbell,chardev=iv,vectors=N.</para>
/// <para>Each peer gets the lowest id that nobody has, and whose last owner nobody present has seen leave: QEMU 7.2
/// corrupts its memory when an id that it saw leaving comes again. When all have left, ids begin at 0 again.</para>
/// <para>Any thread may call any member. The server trusts nobody with its time: a peer that does not read, or that
/// sends, is turned out. It does trust everybody who can open the socket with the memory.</para>
/// </remarks>
public sealed class IvshmemServer : IAsyncDisposable
{
    private const int ListenBacklog = 16;

    private readonly IvshmemServerOptions _options;
    private readonly SharedMemory _memory;
    private readonly Socket _listener;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, IvshmemServerPeer> _peers = [];
    private readonly HashSet<Task> _serving = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _disposed;

    private IvshmemServer(IvshmemServerOptions options, SharedMemory memory, Socket listener)
    {
        _options = options;
        _memory = memory;
        _listener = listener;
        Log.ServerUp(options.Logger, options.SocketPath, options.MemoryBytes, options.VectorCount);
        _accepting = AcceptAllAsync();
    }

    /// <summary>Where peers connect.</summary>
    public string SocketPath => _options.SocketPath;

    /// <summary>The shared memory, as the server maps it; addresses are offsets.</summary>
    /// <exception cref="ObjectDisposedException">The server is disposed.</exception>
    public SharedRegion Memory => _memory.Region;

    /// <summary>The ids of the peers now, in order.</summary>
    public IReadOnlyList<int> Peers
    {
        get
        {
            lock (_lock)
            {
                return [.. _peers.Keys];
            }
        }
    }

    /// <summary>Makes the memory and listens.</summary>
    /// <param name="options">What and where.</param>
    /// <returns>The server; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is wrong; nothing was created.</exception>
    /// <exception cref="IOException">The path is in use, or the system refused.</exception>
    public static IvshmemServer Start(IvshmemServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        Socket listener = Listen(options.SocketPath);
        try
        {
            SharedMemory memory = options.MemoryName is { } name
                ? SharedMemory.OpenOrCreate(name, options.MemoryBytes)
                : SharedMemory.CreateAnonymous(options.MemoryBytes);
            return new IvshmemServer(options, memory, listener);
        }
        catch
        {
            listener.Dispose();
            File.Delete(options.SocketPath);
            throw;
        }
    }

    /// <summary>Stops listening, closes every connection, and removes the socket and the memory's name. Peers keep
    /// the memory and the doorbells they have.</summary>
    /// <returns>When all that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // While it still listens no other server takes the path, so the file is ours.
        File.Delete(SocketPath);
        await _end.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        Task[] serving;
        lock (_lock)
        {
            foreach (IvshmemServerPeer peer in _peers.Values)
            {
                peer.End();
            }

            serving = [.. _serving];
        }

        await Task.WhenAll(serving).ConfigureAwait(false);
        if (_options.MemoryName is { } name)
        {
            _ = SharedMemory.Unlink(name);
        }

        _memory.Dispose();
        _end.Dispose();
    }

    private static Socket Listen(string path)
    {
        Linux.SocketPath.Claim(path);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(ListenBacklog);
            return listener;
        }
        catch (SocketException exception)
        {
            listener.Dispose();
            throw new IOException($"An ivshmem server cannot listen at \"{path}\": {exception.Message}. The folder "
                + "must exist and be writable for this user. Choose another socket path.", exception);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAllAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_end.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                if (_end.IsCancellationRequested)
                {
                    return;
                }

                // The client gave up, or there are too many open files: others may be luckier later.
                Log.AcceptFailed(_options.Logger, SocketPath, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
                continue;
            }

            Admit(socket);
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The task that serves the peer disposes it.")]
    private void Admit(Socket socket)
    {
        lock (_lock)
        {
            // One that closed and comes again must not find the ids of both taken, whichever we see first.
            foreach (IvshmemServerPeer gone in new List<IvshmemServerPeer>(_peers.Values))
            {
                if (gone.IsHungUp)
                {
                    RemoveUnsynchronized(gone, "it closed the connection");
                }
            }

            if (_peers.Count >= _options.MaxPeers)
            {
                Log.PeerRefused(_options.Logger, SocketPath, $"there are {_peers.Count} peers already");
                socket.Dispose();
                return;
            }

            IvshmemServerPeer peer;
            try
            {
                int id = LowestFreeIdUnsynchronized();
                peer = id >= 0
                    ? new IvshmemServerPeer(id, socket, _options.VectorCount)
                    : throw new IOException("every id was given once in the oldest peer's time; restart that one");
            }
            catch (IOException exception)
            {
                Log.PeerRefused(_options.Logger, SocketPath, exception.Message);
                socket.Dispose();
                return;
            }

            IntroduceUnsynchronized(peer);
            _peers.Add(peer.Id, peer);
            Log.PeerJoined(_options.Logger, SocketPath, peer.Id, _peers.Count);
            Task serving = ServeAsync(peer);
            _ = _serving.Add(serving);
            _ = serving.ContinueWith(Forget, TaskScheduler.Default);
        }
    }

    private void Forget(Task serving)
    {
        lock (_lock)
        {
            _ = _serving.Remove(serving);
        }
    }

    private async Task ServeAsync(IvshmemServerPeer peer)
    {
        await Task.Yield(); // The caller holds the lock.
        string why = await peer.ServeAsync(_options.SlowPeerTimeout).ConfigureAwait(false);
        lock (_lock)
        {
            RemoveUnsynchronized(peer, why);
        }

        peer.Dispose();
    }

    /// <summary>The lowest id that nobody has and that nobody present has seen leave.</summary>
    /// <returns>-1 when there is none.</returns>
    private int LowestFreeIdUnsynchronized()
    {
        for (int id = 0; id <= IvshmemMessage.MaxId; id++)
        {
            if (!_peers.ContainsKey(id) && !IsKnownUnsynchronized(id))
            {
                return id;
            }
        }

        return -1;
    }

    private bool IsKnownUnsynchronized(int id)
    {
        foreach (IvshmemServerPeer peer in _peers.Values)
        {
            if (peer.Departed.Contains(id))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells the newcomer of itself and of the others, and the others of the newcomer, in the protocol's
    /// order.</summary>
    private void IntroduceUnsynchronized(IvshmemServerPeer peer)
    {
        _ = peer.TryTell(IvshmemMessage.Version);
        _ = peer.TryTell(peer.Id);
        _ = peer.TryTell(IvshmemMessage.Memory, _memory.Handle);
        foreach (IvshmemServerPeer other in _peers.Values)
        {
            TellUnsynchronized(peer, other);
            TellUnsynchronized(other, peer);
        }

        TellUnsynchronized(peer, peer);
    }

    private static void TellUnsynchronized(IvshmemServerPeer listener, IvshmemServerPeer of)
    {
        foreach (EventFd vector in of.Vectors)
        {
            if (!listener.TryTell(of.Id, vector.Handle))
            {
                listener.End();
                return;
            }
        }
    }

    private void RemoveUnsynchronized(IvshmemServerPeer peer, string why)
    {
        if (!_peers.TryGetValue(peer.Id, out IvshmemServerPeer? present) || present != peer)
        {
            return; // Its place was cleared already, and may have been given to another.
        }

        _ = _peers.Remove(peer.Id);
        peer.End();
        Clear();
        Log.PeerLeft(_options.Logger, SocketPath, peer.Id, why, _peers.Count);
        foreach (IvshmemServerPeer other in _peers.Values)
        {
            _ = other.Departed.Add(peer.Id);
            if (!other.TryTell(peer.Id))
            {
                other.End();
            }
        }
    }

    private void Clear()
    {
        unsafe
        {
            // SAFETY: the number was checked to lie within the memory, which stays mapped until every peer is gone.
            new Span<byte>(_memory.Region.Start, (int)_options.ClearOnLeaveBytes).Clear();
        }
    }
}
