// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Qemu.Ivshmem;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>A folder with a socket path that no other test uses; removed when disposed.</summary>
internal sealed class IvshmemPlace : IDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string[] OurKinds = ["socket:", "anon_inode:[eventfd]", "/dev/shm/", "/memfd:", "pipe:"];

    internal string Folder { get; } = Directory.CreateTempSubdirectory("openamp-ivshmem-").FullName;

    internal string SocketPath => Path.Combine(Folder, "iv");

    internal IvshmemClientOptions Client => new() { SocketPath = SocketPath, ConnectTimeout = Limit };

    /// <summary>Open descriptors of the kinds that the library makes. The runtime opens others when it likes.</summary>
    internal static int OpenDescriptors => Directory.GetFileSystemEntries("/proc/self/fd").Count(static path =>
        new FileInfo(path).LinkTarget is { } target
        && OurKinds.Any(kind => target.StartsWith(kind, StringComparison.Ordinal)));

    internal static int SettledDescriptors
    {
        get
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return OpenDescriptors;
        }
    }

    internal static void AssertOpenDescriptors(int before)
    {
        _ = SpinWait.SpinUntil(() => OpenDescriptors == before, Limit);
        Assert.Equal(before, OpenDescriptors);
    }

    internal static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (!holds())
        {
            await Task.Delay(1, limit.Token);
        }
    }

    internal IvshmemServer Serve(Func<IvshmemServerOptions, IvshmemServerOptions>? change = null)
    {
        IvshmemServerOptions options = new() { SocketPath = SocketPath, MemoryBytes = 1 << 20 };
        return IvshmemServer.Start(change is null ? options : change(options));
    }

    internal ValueTask<IvshmemClient> JoinAsync()
        => IvshmemClient.ConnectAsync(Client, TestContext.Current.CancellationToken);

    internal ValueTask<RpmsgLink> OpenAsync(
        VirtioRole role,
        Func<IvshmemLinkOptions, IvshmemLinkOptions>? change = null)
    {
        IvshmemLinkOptions options = new() { Role = role };
        return IvshmemLink.OpenAsync(
            Client, change is null ? options : change(options), TestContext.Current.CancellationToken);
    }

    /// <summary>A bare connection to whoever listens at the path.</summary>
    internal async Task<Socket> ConnectAsync()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Reads one message: number, and whether a descriptor came; -99 at the end.</summary>
    internal static (long Number, bool HasDescriptor) Read(Socket socket)
    {
        byte[] message = new byte[8];
        using ReceivedDescriptors received = FileDescriptorPassing.Receive(socket.SafeHandle, message, 1, Limit);
        return received.MessageBytes == 0
            ? (-99, false)
            : (BitConverter.ToInt64(message), received.Handles.Count == 1);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
