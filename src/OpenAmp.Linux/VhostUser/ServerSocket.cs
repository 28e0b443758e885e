// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A UNIX socket at a path that takes any number of clients, one after another.</summary>
internal sealed unsafe class ServerSocket : IDisposable
{
    private readonly string _path;

    private ServerSocket(SafeFileHandle handle, string path)
    {
        Handle = handle;
        _path = path;
    }

    /// <summary>The listening socket; readable when a client waits.</summary>
    internal SafeFileHandle Handle { get; }

    /// <summary>Replaces what a dead server left at the path, and listens.</summary>
    /// <param name="path">The path.</param>
    /// <param name="waitingClients">How many clients may wait to be accepted.</param>
    internal static ServerSocket Listen(string path, int waitingClients)
    {
        SocketPath.Claim(path);
        SafeFileHandle socket = UnixSocket.Create(Interop.SOCK_STREAM);
        try
        {
            UnixSocketAddress address = UnixSocket.AddressOf(path);
            if (Interop.bind((int)socket.DangerousGetHandle(), &address, UnixSocketAddress.SizeBytes) != 0)
            {
                throw Interop.Failure("bind", $"\"{path}\"", Interop.LastErrno,
                    "The folder must exist and be writable for this user. Choose another socket path.");
            }

            return Interop.listen((int)socket.DangerousGetHandle(), waitingClients) == 0
                ? new ServerSocket(socket, path)
                : throw Interop.Failure("listen", $"\"{path}\"", Interop.LastErrno, "Choose another socket path.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes a client that waits.</summary>
    /// <returns><see langword="null"/> when none waits any more.</returns>
    internal SafeFileHandle? Accept()
    {
        int client = Interop.accept4((int)Handle.DangerousGetHandle(), null, null,
            Interop.SOCK_CLOEXEC | Interop.SOCK_NONBLOCK);
        return client < 0 && Interop.LastErrno is Errno.EAGAIN or Errno.EINTR or Errno.ECONNABORTED
            ? null
            : Interop.Own(client, "accept4", $"\"{_path}\"", "Raise the limit of open files (ulimit -n).");
    }

    /// <summary>Stops listening, and removes the path.</summary>
    public void Dispose()
    {
        // While it still listens no other server takes the path, so the file is ours.
        _ = Interop.unlink(_path);
        Handle.Dispose();
    }
}
