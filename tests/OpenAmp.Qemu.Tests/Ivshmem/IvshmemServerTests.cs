// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using OpenAmp.Qemu.Ivshmem;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class IvshmemServerTests
{
    [Fact]
    public async Task ANewcomerHearsOfItselfAndTheOthersInTheProtocolsOrder()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { VectorCount = 2 });
        using Socket first = await place.ConnectAsync();
        Assert.Equal(
            [(0L, false), (0L, false), (-1L, true), (0L, true), (0L, true)],
            new[] { Next(first), Next(first), Next(first), Next(first), Next(first) });

        using (Socket second = await place.ConnectAsync())
        {
            Assert.Equal(
                [(0L, false), (1L, false), (-1L, true), (0L, true), (0L, true), (1L, true), (1L, true)],
                Enumerable.Range(0, 7).Select(_ => Next(second)));
            Assert.Equal([(1L, true), (1L, true)], new[] { Next(first), Next(first) });
            Assert.Equal([0, 1], server.Peers);
        }

        Assert.Equal((1L, false), Next(first));
        Assert.Equal([0], server.Peers);
    }

    [Fact]
    public async Task AnIdIsNotGivenAgainWhileAnybodyKnewItsLastOwner()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        using (Socket first = await place.ConnectAsync())
        {
            await IvshmemPlace.UntilAsync(() => server.Peers.Count == 1);
            for (int id = 1; id < 20; id++)
            {
                // Each comes as soon as the last is gone, which must be seen first.
                using Socket next = await place.ConnectAsync();
                Assert.Equal((0, false), Next(next));
                Assert.Equal((id, false), Next(next));
            }
        }

        using Socket fresh = await place.ConnectAsync();
        Assert.Equal((0, false), Next(fresh));
        Assert.Equal((0, false), Next(fresh));
        Assert.Equal([0], server.Peers);
    }

    [Fact]
    public async Task MoreThanItTakesAreTurnedAwayAndOthersNotDisturbed()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { MaxPeers = 1 });
        await using IvshmemClient client = await place.JoinAsync();
        IvshmemProtocolException refused = await Assert.ThrowsAsync<IvshmemProtocolException>(
            async () => await place.JoinAsync());
        Assert.Contains("gave no id and closed the connection. Has it as many peers as it takes?", refused.Message,
            StringComparison.Ordinal);
        Assert.Empty(client.Peers);
        Assert.False(client.Completion.IsCompleted);
    }

    [Fact]
    public async Task OneThatSendsIsTurnedOut()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve();
        using Socket sender = await place.ConnectAsync();
        _ = Next(sender);
        _ = await sender.SendAsync(new byte[4096], TestContext.Current.CancellationToken);
        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 0);
    }

    [Fact]
    public async Task OneThatDoesNotReadIsTurnedOutAndHoldsNobodyUp()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with
        {
            VectorCount = 64,
            SlowPeerTimeout = TimeSpan.FromMilliseconds(300),
        });
        using Socket lazy = await place.ConnectAsync();
        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 1);
        for (int round = 0; round < 8; round++)
        {
            // Each leaves 65 messages for the one that does not read: in the end more than its socket holds.
            await using IvshmemClient other = await place.JoinAsync();
        }

        await IvshmemPlace.UntilAsync(() => server.Peers.Count == 0);
        await using IvshmemClient next = await place.JoinAsync();
        Assert.Equal(0, next.Id);
    }

    [Fact]
    public async Task WhatALeavingPeerLeftIsClearedBeforeOthersHearOfIt()
    {
        using IvshmemPlace place = new();
        await using IvshmemServer server = place.Serve(static options => options with { ClearOnLeaveBytes = 1 });
        using Socket watcher = await place.ConnectAsync();
        for (int message = 0; message < 4; message++)
        {
            _ = Next(watcher);
        }

        using (Socket leaver = await place.ConnectAsync())
        {
            Assert.Equal((1, true), Next(watcher));
            server.Memory.Write(4, 4);
        }

        Assert.Equal((1, false), Next(watcher));
        Assert.Equal((0, 4), (server.Memory.Read(0), server.Memory.Read(1)));
    }

    [Fact]
    public async Task DisposingLeavesNothing()
    {
        using IvshmemPlace place = new();
        int before = IvshmemPlace.SettledDescriptors;
        string name = Path.GetFileName(place.Folder);
        await using (IvshmemServer server = place.Serve(options => options with { MemoryName = name, VectorCount = 3 }))
        {
            Assert.True(File.Exists($"/dev/shm/{name}"));
            await using IvshmemClient one = await place.JoinAsync();
            using Socket other = await place.ConnectAsync();
            await server.DisposeAsync();
            await one.Completion.WaitAsync(IvshmemPlace.Limit, TestContext.Current.CancellationToken);
            Assert.Null(one.Failure);
        }

        Assert.False(File.Exists($"/dev/shm/{name}"));
        Assert.False(File.Exists(place.SocketPath));
        IvshmemPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public async Task ADeadServersSocketIsReplacedAndALivingOnesRespected()
    {
        using IvshmemPlace place = new();
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Under another name first, since the runtime removes what it bound.
            dead.Bind(new UnixDomainSocketEndPoint(place.SocketPath + "-dead"));
            File.Move(place.SocketPath + "-dead", place.SocketPath);
        }

        Assert.True(File.Exists(place.SocketPath));
        await using IvshmemServer server = place.Serve();
        await using IvshmemClient client = await place.JoinAsync();
        Assert.Contains("A living process listens there", Assert.Throws<IOException>(() => place.Serve()).Message,
            StringComparison.Ordinal);
        Assert.Empty(client.Peers);
    }

    [Theory]
    [InlineData(3000, "power of two")]
    [InlineData(2048, "from 4096")]
    public void MemoryThatIsNoBarIsRefused(long bytes, string reason)
    {
        using IvshmemPlace place = new();
        ArgumentException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => place.Serve(options => options with { MemoryBytes = bytes }));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(place.SocketPath));
    }

    private static (long, bool) Next(Socket socket) => IvshmemPlace.Read(socket);
}
