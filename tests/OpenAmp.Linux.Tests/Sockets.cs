// SPDX-License-Identifier: BSD-3-Clause

using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>Connected UNIX stream sockets as bare handles.</summary>
internal static class Sockets
{
    internal static unsafe (SafeHandle First, SafeHandle Second) Pair()
    {
        int* sockets = stackalloc int[2];
        Assert.Equal(0, NativeCalls.socketpair(1, 1, 0, sockets));
        return (new SafeFileHandle(sockets[0], ownsHandle: true), new SafeFileHandle(sockets[1], ownsHandle: true));
    }

    internal static SafeHandle Connect(string path)
    {
        Socket socket = New();
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return Detach(socket);
    }

    internal static Socket Listen(string path)
    {
        Socket socket = New();
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(1);
        return socket;
    }

    internal static async Task<SafeHandle> AcceptAsync(Socket listener)
        => Detach(await listener.AcceptAsync(TestContext.Current.CancellationToken));

    private static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static SafeFileHandle Detach(Socket socket)
    {
        // A duplicate: what the socket's finalizer does to its own handle must not matter.
        int descriptor = NativeCalls.dup((int)socket.SafeHandle.DangerousGetHandle());
        Assert.NotEqual(-1, descriptor);
        socket.Dispose();
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }
}
