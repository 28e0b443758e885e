// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>A UNIX socket that takes exactly one client, and then refuses all others.</summary>
internal sealed class SocketListener : IDisposable
{
    private readonly SafeFileHandle _socket;
    private readonly string _path;
    private bool _accepted;

    private SocketListener(SafeFileHandle socket, string path)
    {
        _socket = socket;
        _path = path;
    }

    /// <summary>Refuses a path that a living server holds, or where something lies that is no socket. Disturbs
    /// nobody.</summary>
    internal static void ThrowIfTaken(string path)
    {
        if (FileTypeOf(path) is not { } type)
        {
            return;
        }

        if (type != FileStatus.TypeSocket)
        {
            throw new IOException($"\"{path}\" is not a socket, and is left alone. Choose another socket path, or "
                + "remove the file yourself.");
        }

        // A stream socket's address refuses a datagram socket by type when somebody is bound to it, and as "refused"
        // when its process is gone. A stream connection instead would be taken for a client.
        using SafeFileHandle probe = UnixSocket.Create(Interop.SOCK_DGRAM);
        int errno = UnixSocket.Connect(probe, path);
        if (errno is not (Errno.ECONNREFUSED or Errno.ENOENT))
        {
            throw Interop.Failure("connect", $"\"{path}\"", errno, errno is 0 or Errno.EPROTOTYPE
                ? "A living process listens there. Stop it, or choose another socket path."
                : "Whether a living process listens there cannot be told. Remove the socket, or choose another path.");
        }
    }

    /// <summary>Replaces what an earlier server left at the path and listens.</summary>
    internal static unsafe SocketListener Listen(string path)
    {
        if (FileTypeOf(path) == FileStatus.TypeSocket && Interop.unlink(path) != 0
            && Interop.LastErrno != Errno.ENOENT)
        {
            throw Interop.Failure("unlink", $"\"{path}\"", Interop.LastErrno,
                "An earlier server left its socket there and only its owner may remove it.");
        }

        SafeFileHandle socket = UnixSocket.Create(Interop.SOCK_STREAM);
        try
        {
            UnixSocketAddress address = UnixSocket.AddressOf(path);
            if (Interop.bind((int)socket.DangerousGetHandle(), &address, UnixSocketAddress.SizeBytes) != 0)
            {
                int errno = Interop.LastErrno;
                throw Interop.Failure("bind", $"\"{path}\"", errno, errno switch
                {
                    Errno.EADDRINUSE => "Another process took the path this moment. Choose another socket path.",
                    Errno.ENOENT => "The folder does not exist: create it, or choose another socket path.",
                    _ => "The folder must be writable for this user. Choose another socket path.",
                });
            }

            // Not one client waits behind the first: it could take itself for connected.
            if (Interop.listen((int)socket.DangerousGetHandle(), backlog: 0) != 0)
            {
                throw Interop.Failure("listen", $"\"{path}\"", Interop.LastErrno, "Choose another socket path.");
            }

            return new SocketListener(socket, path);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the one client. From then on every other is refused.</summary>
    internal async Task<SafeFileHandle> AcceptAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using EventFd cancelled = new();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((EventFd)state!).Signal(), cancelled);

        // A thread of its own: the wait may take hours, and must not cost the pool one.
        await Task.Factory.StartNew(() => WaitForClient(cancelled), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return AcceptOnly();
    }

    /// <summary>Stops listening. One without a client is removed; one that served stays, as peers expect.</summary>
    public void Dispose()
    {
        if (!_accepted)
        {
            // While it still listens no other server takes the path, so the file is ours.
            _ = Interop.unlink(_path);
        }

        _socket.Dispose();
    }

    private unsafe void WaitForClient(EventFd cancelled)
    {
        PollDescriptor* poll = stackalloc PollDescriptor[2];
        poll[0] = new() { Descriptor = (int)_socket.DangerousGetHandle(), Events = Interop.POLLIN };
        poll[1] = new() { Descriptor = (int)cancelled.Handle.DangerousGetHandle(), Events = Interop.POLLIN };
        _ = DescriptorPoll.Wait(poll, 2, Timeout.InfiniteTimeSpan);
    }

    private unsafe SafeFileHandle AcceptOnly()
    {
        // Shut down first: whoever is queued is still handed out, and whoever comes from now on is refused.
        int listener = (int)_socket.DangerousGetHandle();
        _ = Interop.shutdown(listener, Interop.SHUT_RDWR);
        SafeFileHandle client = Interop.Own(
            Interop.accept4(listener, null, null, Interop.SOCK_CLOEXEC | Interop.SOCK_NONBLOCK), "accept4",
            $"\"{_path}\"", "The client gave up, or the limit of open files (ulimit -n) is reached: accept again.");
        _accepted = true;
        return client;
    }

    private static unsafe ushort? FileTypeOf(string path)
    {
        FileStatus status = default;
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
        {
            if (Interop.statx(Interop.SYS_statx, Interop.AT_FDCWD, text, Interop.AT_SYMLINK_NOFOLLOW,
                Interop.STATX_TYPE, &status) == 0)
            {
                return (ushort)(status.Mode & FileStatus.TypeMask);
            }
        }

        return Interop.LastErrno == Errno.ENOENT
            ? null
            : throw Interop.Failure("statx", $"\"{path}\"", Interop.LastErrno,
                "The folder must exist and be accessible for this user. Choose another socket path.");
    }
}
