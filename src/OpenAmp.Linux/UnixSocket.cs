// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>UNIX stream sockets by path, on bare descriptors.</summary>
/// <remarks>Not System.Net.Sockets: its event loop would be woken by every kick that comes in.</remarks>
internal static unsafe class UnixSocket
{
    /// <summary>Makes a socket that is closed on exec and does not block.</summary>
    internal static SafeFileHandle Create(int type)
        => Interop.Own(Interop.socket(Interop.AF_UNIX, type | Interop.SOCK_CLOEXEC | Interop.SOCK_NONBLOCK, 0),
            "socket", "a UNIX socket", "Raise the limit of open files (ulimit -n).");

    /// <summary>Refuses a path that no socket address can hold.</summary>
    internal static void ThrowIfPathInvalid(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        int lengthBytes = Encoding.UTF8.GetByteCount(path);
        if (lengthBytes > UnixSocketAddress.MaxPathBytes || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"A socket path has at most {UnixSocketAddress.MaxPathBytes} bytes and no zero "
                + $"character; this one has {lengthBytes} bytes: \"{path}\". Use a folder with a shorter name.",
                nameof(path));
        }
    }

    /// <summary>Writes a path as an address. The caller has checked the path.</summary>
    internal static UnixSocketAddress AddressOf(string path)
    {
        UnixSocketAddress address = new() { Family = Interop.AF_UNIX };
        _ = Encoding.UTF8.GetBytes(path, new Span<byte>(address.Path, UnixSocketAddress.MaxPathBytes));
        return address;
    }

    /// <summary>Tries to connect.</summary>
    /// <returns>Zero, or the error number.</returns>
    internal static int Connect(SafeFileHandle socket, string path)
    {
        UnixSocketAddress address = AddressOf(path);
        return Interop.connect((int)socket.DangerousGetHandle(), &address, UnixSocketAddress.SizeBytes) == 0
            ? 0
            : Interop.LastErrno;
    }

    /// <summary>Whether the peer closed its end or shut down sending. Consumes nothing, does not block.</summary>
    internal static bool IsHungUp(int socket)
    {
        PollDescriptor poll = new() { Descriptor = socket, Events = Interop.POLLRDHUP };
        return DescriptorPoll.Wait(&poll, 1, TimeSpan.Zero) > 0;
    }

    /// <summary>Waits until a socket is readable or writable, or throws.</summary>
    /// <exception cref="TimeoutException">Time ran out.</exception>
    internal static void WaitUntil(int socket, short wanted, TimeSpan timeout, string awaited)
    {
        PollDescriptor poll = new() { Descriptor = socket, Events = wanted };
        if (DescriptorPoll.Wait(&poll, 1, timeout) == 0)
        {
            throw new TimeoutException(
                $"Waited {timeout} on a socket for {awaited}; the peer is connected but silent.");
        }
    }
}
