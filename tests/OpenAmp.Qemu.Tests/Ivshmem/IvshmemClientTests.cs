// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Qemu.Ivshmem;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class IvshmemClientTests
{
    private static readonly byte[] Unused = [0];

    [Fact]
    public async Task PeersShareMemoryAndRingEachOther()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { VectorCount = 2 });
        await using IvshmemClient first = await IvshmemClient.ConnectAsync(
            place.Client with { VectorCount = 2 }, TestContext.Current.CancellationToken);
        await using IvshmemClient second = await IvshmemClient.ConnectAsync(
            place.Client with { VectorCount = 2 }, TestContext.Current.CancellationToken);
        Assert.Equal((0, 1), (first.Id, second.Id));
        Assert.Equal(1u << 20, first.Memory.LengthBytes);
        first.Memory.Write(42, 1);
        Assert.Equal(42, second.Memory.Read(0));

        IvshmemPeer peer = await first.WaitForPeerAsync(1, vector: 1, TestContext.Current.CancellationToken);
        Assert.True(peer.TryRing(1));
        Assert.True(second.Wait(1, IvshmemPlace.Limit));
        Assert.False(second.Wait(0, TimeSpan.Zero));
        Assert.False(second.Wait(1, TimeSpan.Zero));
        Assert.False(peer.TryRing(2));
        Assert.Equal(2, peer.VectorCount);
    }

    [Fact]
    public async Task PeersAreSeenComingAndGoing()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        await using IvshmemClient watcher = await place.JoinAsync();
        List<string> seen = [];
        watcher.PeerJoined += (_, what) => seen.Add($"joined {what.Peer.Id}");
        watcher.PeerLeft += (_, what) => seen.Add($"left {what.Peer.Id}");
        IvshmemPeer peer;
        await using (IvshmemClient other = await place.JoinAsync())
        {
            peer = await watcher.WaitForPeerAsync(null, 0, TestContext.Current.CancellationToken);
            Assert.False(peer.Left.IsCompleted);
        }

        await peer.Left.WaitAsync(IvshmemPlace.Limit, TestContext.Current.CancellationToken);
        Assert.False(peer.TryRing(0));
        await IvshmemPlace.UntilAsync(() => seen.Count == 2);
        Assert.Equal(["joined 1", "left 1"], seen);
        Assert.Empty(watcher.Peers);
    }

    [Fact]
    public async Task WhoWaitsForAPeerIsToldThatTheServerEnded()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        await using IvshmemClient client = await place.JoinAsync();
        ValueTask<IvshmemPeer> wait = client.WaitForPeerAsync(null, 0, TestContext.Current.CancellationToken);
        await server.DisposeAsync();
        IOException error = await Assert.ThrowsAsync<IOException>(async () => await wait);
        Assert.Contains("ended while a peer was awaited", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyAtThePathIsSaidSo()
    {
        using IvshmemPlace place = new();
        IOException error = await Assert.ThrowsAsync<IOException>(async () => await place.JoinAsync());
        Assert.Contains($"No ivshmem server answers at \"{place.SocketPath}\"", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerWithTooFewVectorsOrSilentEndsTheWaitInTime()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        IvshmemClientOptions two = place.Client with
        {
            VectorCount = 2,
            ConnectTimeout = TimeSpan.FromMilliseconds(100),
        };
        TimeoutException error = await Assert.ThrowsAsync<TimeoutException>(
            async () => await IvshmemClient.ConnectAsync(two, TestContext.Current.CancellationToken));
        Assert.Contains("gave 1 of 2 vectors within", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessagesCutIntoBytesAreUnderstood()
    {
        using EventFd vector = new();
        using SharedMemory memory = SharedMemory.CreateAnonymous(4096);
        await using HostileServer server = new(socket =>
        {
            foreach ((long number, SafeHandle? handle) in Greeting(memory, vector))
            {
                byte[] message = BitConverter.GetBytes(number);
                for (int i = 0; i < message.Length; i++)
                {
                    // The descriptor travels with the last byte of some and the first of others.
                    bool carries = handle is not null && i == (number == 7 ? 7 : 0);
                    FileDescriptorPassing.Send(socket.SafeHandle, message.AsSpan(i, 1), carries ? [handle!] : []);
                }
            }
        });
        await using IvshmemClient client = await server.Place.JoinAsync();
        Assert.Equal((7, 4096u), (client.Id, client.Memory.LengthBytes));
    }

    public static TheoryData<string, string> HostileServers => new()
    {
        { "another version", "For the protocol's version 0 alone was expected, and 1 came" },
        { "half a message", "closed after 4 of 8 bytes" },
        { "two descriptors", "Two descriptors came with one message" },
        { "many descriptors", "more descriptors than the 1 expected" },
        { "memory is a pipe", "The descriptor of the shared memory is not usable" },
        { "vector is memory", "a non-blocking eventfd was expected, and the descriptor is of something else" },
        { "vector is a socket", "a non-blocking eventfd was expected, and the descriptor is of something else" },
        { "closed early", "gave 0 of 1 vectors and closed the connection" },
        { "too many peers", "more peers than the 64" },
    };

    [Theory]
    [MemberData(nameof(HostileServers))]
    public async Task AHostileServerGetsAClearErrorAndNoDescriptorIsLost(string kind, string error)
    {
        int before = IvshmemPlace.SettledDescriptors;
        await using (HostileServer server = new(socket => PlayHostile(kind, socket)))
        {
            IOException failure = await Assert.ThrowsAnyAsync<IOException>(async () => await server.Place.JoinAsync());
            Assert.Contains(error, failure.Message, StringComparison.Ordinal);
        }

        IvshmemPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public async Task RandomBytesAndDescriptorsEndConnectingInTimeAndLoseNothing()
    {
        const int Rounds = 300;
        int before = IvshmemPlace.SettledDescriptors;
        Random random = new(5);
        int malformed = 0;
        await using (HostileServer server = new(socket => PlayRandom(socket, random), Rounds))
        {
            for (int round = 0; round < Rounds; round++)
            {
                try
                {
                    await using IvshmemClient client = await server.Place.JoinAsync();
                }
                catch (IOException)
                {
                    malformed++;
                }
            }
        }

        Assert.InRange(malformed, Rounds / 2, Rounds - 1);
        IvshmemPlace.AssertOpenDescriptors(before);
    }

    private static (long, SafeHandle?)[] Greeting(SharedMemory memory, EventFd vector)
        => [(0, null), (7, null), (-1, memory.Handle), (7, vector.Handle)];

    private static void PlayHostile(string kind, Socket socket)
    {
        using EventFd vector = new();
        using SharedMemory memory = SharedMemory.CreateAnonymous(4096);
        using AnonymousPipeServerStream pipe = new();
        switch (kind)
        {
            case "another version":
                Say(socket, 1);
                break;
            case "half a message":
                FileDescriptorPassing.Send(socket.SafeHandle, new byte[4], []);
                break;
            case "two descriptors":
                FileDescriptorPassing.Send(socket.SafeHandle, new byte[4], [vector.Handle]);
                FileDescriptorPassing.Send(socket.SafeHandle, new byte[4], [vector.Handle]);
                break;
            case "many descriptors":
                FileDescriptorPassing.Send(
                    socket.SafeHandle, new byte[8], [vector.Handle, vector.Handle, vector.Handle]);
                break;
            case "memory is a pipe":
                SayAll(socket, (0, null), (7, null), (-1, pipe.SafePipeHandle));
                break;
            case "vector is memory":
                SayAll(socket, (0, null), (7, null), (-1, memory.Handle), (7, memory.Handle));
                break;
            case "vector is a socket":
                SayAll(socket, (0, null), (7, null), (-1, memory.Handle), (1, socket.SafeHandle));
                break;
            case "too many peers":
                SayAll(socket, (0, null), (7, null), (-1, memory.Handle));
                for (int peer = 100; peer < 165; peer++)
                {
                    Say(socket, peer, vector.Handle);
                }

                break;
            default:
                SayAll(socket, (0, null), (7, null), (-1, memory.Handle), (3, null));
                break;
        }
    }

    private static void PlayRandom(Socket socket, Random random)
    {
        using EventFd vector = new();
        using SharedMemory memory = SharedMemory.CreateAnonymous(4096);
        (long, SafeHandle?)[] good = Greeting(memory, vector);
        int right = random.Next(good.Length + 1);
        SayAll(socket, good.AsSpan(0, right).ToArray());
        try
        {
            for (int message = random.Next(1, 20); message > 0; message--)
            {
                byte[] bytes = new byte[random.Next(1, 17)];
                random.NextBytes(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
                SafeHandle?[] choice = [null, vector.Handle, memory.Handle];
                SafeHandle? handle = choice[random.Next(choice.Length)];
                FileDescriptorPassing.Send(socket.SafeHandle, bytes, handle is null ? [] : [handle]);
            }
        }
        catch (IOException)
        {
            // The client has had enough.
        }
    }

    private static void SayAll(Socket socket, params ReadOnlySpan<(long Number, SafeHandle? Handle)> messages)
    {
        foreach ((long number, SafeHandle? handle) in messages)
        {
            Say(socket, number, handle);
        }
    }

    private static void Say(Socket socket, long number, SafeHandle? handle = null)
    {
        try
        {
            FileDescriptorPassing.Send(
                socket.SafeHandle, BitConverter.GetBytes(number), handle is null ? [] : [handle]);
        }
        catch (IOException)
        {
            // The client has heard enough.
        }
    }

    /// <summary>Takes clients, plays a role to each and closes.</summary>
    private sealed class HostileServer : IAsyncDisposable
    {
        private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly Task _serving;

        internal HostileServer(Action<Socket> play, int rounds = 1)
        {
            _listener.Bind(new UnixDomainSocketEndPoint(Place.SocketPath));
            _listener.Listen(1);
            _serving = Task.Run(() =>
            {
                for (int round = 0; round < rounds; round++)
                {
                    using Socket socket = _listener.Accept();
                    play(socket);
                    try
                    {
                        // Not closed before the client has read: what is under way would be lost.
                        socket.Shutdown(SocketShutdown.Send);
                        _ = socket.Receive(Unused);
                    }
                    catch (SocketException)
                    {
                        // It had enough before it had read all.
                    }
                }
            });
        }

        internal IvshmemPlace Place { get; } = new();

        public async ValueTask DisposeAsync()
        {
            await _serving.WaitAsync(IvshmemPlace.Limit);
            _listener.Dispose();
            Place.Dispose();
        }
    }
}
