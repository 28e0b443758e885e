// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

/// <content>How two processes meet.</content>
public sealed partial class TwoProcessConnection
{
    /// <summary>Waits for a peer as the socket's server: maps the memory, writes a fresh table, listens, takes one
    /// client and refuses all others.</summary>
    /// <param name="options">Where to meet.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection; the caller disposes it. For a peer that comes back, dispose it and accept
    /// again.</returns>
    /// <exception cref="ArgumentException">An option is invalid; nothing was created.</exception>
    /// <exception cref="IOException">The path or the memory is in use by a living server, or the system
    /// refused.</exception>
    /// <exception cref="PeerClosedException">The peer connected and was gone at once; accept again.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the socket's file is removed.</exception>
    /// <remarks>A socket that a server left behind is replaced. Anything else at the path is left alone.</remarks>
    public static ValueTask<TwoProcessConnection> AcceptAsync(TwoProcessOptions options,
        CancellationToken cancellationToken = default)
        => MeetAsync(SocketSide.Server, options, cancellationToken);

    /// <summary>Connects to a peer as the socket's client: maps the memory, connects, trying again while no server
    /// listens, and then reads the table, which the server wrote before it listened.</summary>
    /// <param name="options">Where to meet.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <returns>The connection; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is invalid; nothing was created.</exception>
    /// <exception cref="IOException">No server answered in all attempts, or the system refused.</exception>
    /// <exception cref="TwoProcessTableException">The server's table is not one of this platform.</exception>
    /// <exception cref="PeerClosedException">The server was gone at once.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ValueTask<TwoProcessConnection> ConnectAsync(TwoProcessOptions options,
        CancellationToken cancellationToken = default)
        => MeetAsync(SocketSide.Client, options, cancellationToken);

    /// <summary>Accepts or connects, as the side says.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The doorbell owns the socket from the start.")]
    internal static async ValueTask<TwoProcessConnection> MeetAsync(
        SocketSide side,
        TwoProcessOptions options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        if (side == SocketSide.Server)
        {
            // Before the memory is touched: a living server's peers read that table.
            SocketListener.ThrowIfTaken(options.SocketPath);
        }

        SharedMemory memory = SharedMemory.OpenOrCreate(options.SharedMemoryName, options.SizeBytes);
        LinkDoorbell? doorbell = null;
        try
        {
            doorbell = DoorbellOf(
                side == SocketSide.Server
                    ? await AcceptSocketAsync(memory, options, cancellationToken).ConfigureAwait(false)
                    : await ConnectSocketAsync(options, cancellationToken).ConfigureAwait(false),
                options);
            return new TwoProcessConnection(memory, doorbell, options);
        }
        catch
        {
            doorbell?.Dispose();
            memory.Dispose();
            throw;
        }
    }

    private static async Task<SafeFileHandle> AcceptSocketAsync(
        SharedMemory memory,
        TwoProcessOptions options,
        CancellationToken cancellationToken)
    {
        LockForServer(memory);
        TwoProcessTable.Write(memory.Region);
        using SocketListener listener = SocketListener.Listen(options.SocketPath);
        return await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SafeFileHandle> ConnectSocketAsync(TwoProcessOptions options,
        CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            SafeFileHandle socket = UnixSocket.Create(Interop.SOCK_STREAM);
            int errno = UnixSocket.Connect(socket, options.SocketPath);
            if (errno == 0)
            {
                return socket;
            }

            socket.Dispose();

            // No server yet, one that ended, or one with another client in its queue: it may change.
            if (errno is not (Errno.ENOENT or Errno.ECONNREFUSED or Errno.EAGAIN or Errno.EINTR))
            {
                throw Interop.Failure("connect", $"\"{options.SocketPath}\"", errno,
                    "Check who owns the socket and its folder, and that it is a stream socket.");
            }

            if (attempt == options.ConnectAttempts)
            {
                throw Interop.Failure("connect", $"\"{options.SocketPath}\" ({attempt} attempts)", errno,
                    "Start the side that accepts, with the same socket path; it takes one client only.");
            }

            await Task.Delay(attempt * options.ConnectBackoff, options.TimeProvider, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static LinkDoorbell DoorbellOf(SafeFileHandle socket, TwoProcessOptions options)
    {
        // Owns the socket from here on, also when it fails.
        if (options.Doorbell == DoorbellKind.EventFd)
        {
            return EventFdDoorbell.Negotiate(socket, options.DoorbellTimeout);
        }

        try
        {
            return new SocketDoorbell(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // After the first client the socket's path looks abandoned, although the link lives. This lock, which the kernel
    // drops with the process, keeps a second server from rewriting the table under it. Peers in C do not look at it.
    private static unsafe void LockForServer(SharedMemory memory)
    {
        FileLock whole = new() { Type = FileLock.WriteLock };
        if (Interop.fcntl((int)memory.Handle.DangerousGetHandle(), Interop.F_OFD_SETLK, (nint)(&whole)) == 0)
        {
            return;
        }

        int errno = Interop.LastErrno;
        throw Interop.Failure("fcntl(F_OFD_SETLK)", $"shared memory \"{memory.Name}\"", errno,
            errno is Errno.EAGAIN or Errno.EACCES
                ? "Another connection of a living server uses it. Dispose that one, or choose another name."
                : "Check that /dev/shm is a tmpfs.");
    }
}
