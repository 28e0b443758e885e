// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Linux;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>One client of an <see cref="IvshmemServer"/>: its socket, its vectors, and what it has yet to be told.
/// </summary>
/// <remarks>Two tasks of its own serve it, so that one that does not read keeps nobody waiting.</remarks>
internal sealed class IvshmemServerPeer : IDisposable
{
    // A peer that reads at all is never that far behind: QEMU reads to its own vectors at once.
    private const int MaxBacklog = 4096;

    private static readonly TimeSpan FullSocketLook = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;
    private readonly EventFd[] _vectors;
    private readonly Channel<(long Number, SafeHandle? Handle)> _backlog =
        Channel.CreateBounded<(long, SafeHandle?)>(
            new BoundedChannelOptions(MaxBacklog) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly CancellationTokenSource _end = new();
    private int _disposed;

    internal IvshmemServerPeer(int id, Socket socket, int vectorCount)
    {
        Id = id;
        _socket = socket;
        _vectors = new EventFd[vectorCount];
        try
        {
            for (int vector = 0; vector < vectorCount; vector++)
            {
                _vectors[vector] = new EventFd();
            }
        }
        catch
        {
            Array.ForEach(_vectors, static vector => vector?.Dispose());
            throw;
        }
    }

    internal int Id { get; }

    /// <summary>Ids of others that left while this one was there. QEMU 7.2 writes to memory it has freed when one of
    /// them comes again.</summary>
    internal HashSet<int> Departed { get; } = [];

    /// <summary>The peer's vectors: it waits on them, others add to them.</summary>
    internal ReadOnlySpan<EventFd> Vectors => _vectors;

    /// <summary>Whether the client has closed its end. Does not wait.</summary>
    internal bool IsHungUp
    {
        get
        {
            try
            {
                return _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && _socket.Available == 0;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Queues a message, keeping the descriptor open until it is sent.</summary>
    /// <returns><see langword="false"/> when the client is too far behind.</returns>
    internal bool TryTell(long number, SafeHandle? handle = null)
    {
        bool held = false;
        handle?.DangerousAddRef(ref held);
        if (_backlog.Writer.TryWrite((number, handle)))
        {
            return true;
        }

        handle?.DangerousRelease();
        return false;
    }

    /// <summary>Serves the client until it leaves or is disposed.</summary>
    /// <returns>Why it ended.</returns>
    internal async Task<string> ServeAsync(TimeSpan slowTimeout)
    {
        Task<string> sending = SendAsync(slowTimeout);
        Task<string> watching = WatchAsync();
        string why = await (await Task.WhenAny(sending, watching).ConfigureAwait(false)).ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        _ = await Task.WhenAll(sending, watching).ConfigureAwait(false);
        return why;
    }

    /// <summary>Ends serving: <see cref="ServeAsync"/> completes soon.</summary>
    internal void End() => _end.Cancel();

    /// <summary>Closes what there is. Serving has ended.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _backlog.Writer.Complete();
        while (_backlog.Reader.TryRead(out (long Number, SafeHandle? Handle) message))
        {
            message.Handle?.DangerousRelease();
        }

        _socket.Dispose();
        Array.ForEach(_vectors, static vector => vector.Dispose());
        _end.Dispose();
    }

    private async Task<string> SendAsync(TimeSpan slowTimeout)
    {
        try
        {
            while (true)
            {
                (long number, SafeHandle? handle) = await _backlog.Reader.ReadAsync(_end.Token).ConfigureAwait(false);
                try
                {
                    if (!await TrySendAsync(number, handle, slowTimeout).ConfigureAwait(false))
                    {
                        return $"it did not read for {slowTimeout}";
                    }
                }
                finally
                {
                    handle?.DangerousRelease();
                }
            }
        }
        catch (OperationCanceledException)
        {
            return "the server ended it";
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }

    private async Task<bool> TrySendAsync(long number, SafeHandle? handle, TimeSpan slowTimeout)
    {
        byte[] message = new byte[IvshmemMessage.SizeBytes];
        IvshmemMessage.Write(message, number);
        SafeHandle[] handles = handle is null ? [] : [handle];
        long start = Stopwatch.GetTimestamp();
        while (!FileDescriptorPassing.TrySend(_socket.SafeHandle, message, handles))
        {
            // The runtime does not tell when a socket has room for a message that it does not send itself.
            if (Stopwatch.GetElapsedTime(start) >= slowTimeout)
            {
                return false;
            }

            await Task.Delay(FullSocketLook, _end.Token).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<string> WatchAsync()
    {
        try
        {
            int read = await _socket.ReceiveAsync(new byte[1], _end.Token).ConfigureAwait(false);
            return read == 0 ? "it closed the connection" : "it sent something, and only servers send";
        }
        catch (OperationCanceledException)
        {
            return "the server ended it";
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
    }
}
