// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class TwoProcessConnectionTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // A test whose peer never comes fails instead of waiting for ever.
    private readonly CancellationTokenSource _limit
        = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public TwoProcessConnectionTests() => _limit.CancelAfter(3 * Limit);

    private CancellationToken Cancellation => _limit.Token;

    [Fact]
    public Task AClientConnectsAfterItsAttemptsFindAServerAndADeathIsSeenWithin100Milliseconds()
        => Deaths.AreSeenInTimeAsync(DeathOfAClientAsync);

    private async Task<TimeSpan> DeathOfAClientAsync()
    {
        using MeetingPlace place = new();
        using OtherProcess other = OtherProcess.Start("echo", place.Arguments);
        await using TwoProcessConnection connection
            = await TwoProcessConnection.AcceptAsync(place.Options, Cancellation);
        await other.ExpectAsync("connected");
        Assert.Equal((VirtioStatus.None, 0U), (connection.Status, connection.DriverFeatures));
        for (int round = 0; round < 1_000; round++)
        {
            connection.Doorbell.Kick(0);
            Assert.Equal(DoorbellEvents.Kicked, connection.Doorbell.Wait(Limit));
        }

        return await Deaths.TimeAsync(other, connection.Doorbell);
    }

    [Fact]
    public Task AServerInTheOtherProcessIsReachedAndItsDeathSeen() => Deaths.AreSeenInTimeAsync(DeathOfAServerAsync);

    private async Task<TimeSpan> DeathOfAServerAsync()
    {
        using MeetingPlace place = new();
        using OtherProcess other = OtherProcess.Start("accept", place.Arguments);
        await using TwoProcessConnection connection
            = await TwoProcessConnection.ConnectAsync(place.Options, Cancellation);
        await other.ExpectAsync("accepted");
        connection.Doorbell.Kick(0);
        Assert.Equal(DoorbellEvents.Kicked, connection.Doorbell.Wait(Limit));
        Assert.Equal(1U, connection.Layout.DeviceFeatures);
        return await Deaths.TimeAsync(other, connection.Doorbell);
    }

    [Fact]
    public async Task APeerThatComesBackMeetsAFreshTable()
    {
        using MeetingPlace place = new();
        for (int life = 0; life < 3; life++)
        {
            using OtherProcess other = OtherProcess.Start("echo", place.Arguments);
            await using TwoProcessConnection connection
                = await TwoProcessConnection.AcceptAsync(place.Options, Cancellation);
            Assert.Equal((VirtioStatus.None, 0U), (connection.Status, connection.DriverFeatures));
            connection.Status = VirtioStatus.DriverOk;
            connection.DriverFeatures = 1;
            Assert.Equal(4, Bytes.Of(connection.Memory)[0x2c]);
            Assert.Equal(1, Bytes.Of(connection.Memory)[0x24]);
            other.Kill();
            Assert.Equal(DoorbellEvents.PeerGone, connection.Doorbell.Wait(Limit));
        }
    }

    [Fact]
    public async Task ASecondClientIsRefusedAndTheFirstLinkLivesOn()
    {
        using MeetingPlace place = new();
        using OtherProcess other = OtherProcess.Start("echo", place.Arguments);
        await using TwoProcessConnection connection
            = await TwoProcessConnection.AcceptAsync(place.Options, Cancellation);
        connection.Status = VirtioStatus.DriverOk;

        IOException error = await Assert.ThrowsAsync<IOException>(async () => await TwoProcessConnection.ConnectAsync(
            place.Options with { ConnectAttempts = 2, ConnectBackoff = TimeSpan.FromMilliseconds(1) }, Cancellation));

        Assert.Contains("(2 attempts) failed with errno 111", error.Message, StringComparison.Ordinal);
        connection.Doorbell.Kick(0);
        Assert.Equal(DoorbellEvents.Kicked, connection.Doorbell.Wait(Limit));
        Assert.Equal(VirtioStatus.DriverOk, connection.Status);
    }

    [Fact]
    public async Task OfManyClientsAtOnceExactlyOneIsConnected()
    {
        using MeetingPlace place = new();
        Task<TwoProcessConnection> server = TwoProcessConnection.AcceptAsync(place.Options, Cancellation).AsTask();
        Task<TwoProcessConnection>[] clients = new Task<TwoProcessConnection>[8];
        for (int index = 0; index < clients.Length; index++)
        {
            clients[index] = Task.Run(async () => await TwoProcessConnection.ConnectAsync(place.Options with
            {
                ConnectAttempts = 10,
                ConnectBackoff = TimeSpan.FromMilliseconds(2),
            }, Cancellation), Cancellation);
        }

        await using TwoProcessConnection connection = await server;
        int connected = 0;
        foreach (Task<TwoProcessConnection> client in clients)
        {
            try
            {
                await (await client).DisposeAsync();
                connected++;
            }
            catch (IOException)
            {
                // Refused, as all but one must be.
            }
        }

        Assert.Equal(1, connected);
    }

    [Fact]
    public async Task ASecondServerIsRefusedBeforeAndAfterTheFirstHasItsClient()
    {
        using MeetingPlace place = new();
        using CancellationTokenSource stop = new();
        Task<TwoProcessConnection> waiting = TwoProcessConnection.AcceptAsync(place.Options, stop.Token).AsTask();
        IOException error = await Assert.ThrowsAsync<IOException>(
            async () => await TwoProcessConnection.AcceptAsync(place.Options, Cancellation));
        Assert.Contains("A living process listens there", error.Message, StringComparison.Ordinal);

        using OtherProcess other = OtherProcess.Start("echo", place.Arguments);
        await using TwoProcessConnection connection = await waiting;
        connection.Status = VirtioStatus.DriverOk;
        error = await Assert.ThrowsAsync<IOException>(
            async () => await TwoProcessConnection.AcceptAsync(place.Options, Cancellation));
        Assert.Contains("Another connection of a living server uses it", error.Message, StringComparison.Ordinal);
        Assert.Equal(VirtioStatus.DriverOk, connection.Status);
    }

    [Fact]
    public async Task AForeignServerAtThePathIsNotDisturbed()
    {
        using MeetingPlace place = new();
        using Socket foreign = Sockets.Listen(place.SocketPath);
        await Assert.ThrowsAsync<IOException>(
            async () => await TwoProcessConnection.AcceptAsync(place.Options, Cancellation));
        Assert.False(foreign.Poll(TimeSpan.Zero, SelectMode.SelectRead), "the look was taken for a client");
        Assert.False(File.Exists("/dev/shm/" + place.Name));
    }

    [Fact]
    public async Task AStaleSocketIsReplacedAndAFileIsLeftAlone()
    {
        using MeetingPlace place = new();
        Sockets.Listen(place.SocketPath).SafeHandle.Dispose();
        using (CancellationTokenSource stop = new())
        {
            Task<TwoProcessConnection> waiting = TwoProcessConnection.AcceptAsync(place.Options, stop.Token).AsTask();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
            Assert.False(File.Exists(place.SocketPath));
        }

        await File.WriteAllTextAsync(place.SocketPath, "precious", Cancellation);
        IOException error = await Assert.ThrowsAsync<IOException>(
            async () => await TwoProcessConnection.AcceptAsync(place.Options, Cancellation));
        Assert.Contains("is not a socket, and is left alone", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(place.SocketPath, Cancellation));
    }

    [Fact]
    public async Task ImpossiblePathsAreErrorsThatNameThem()
    {
        using MeetingPlace place = new();
        string longest = place.SocketPath + new string('x', 108 - place.SocketPath.Length);
        ArgumentException tooLong = await Assert.ThrowsAsync<ArgumentException>(async () =>
            await TwoProcessConnection.AcceptAsync(place.Options with { SocketPath = longest }, Cancellation));
        Assert.Contains("at most 107 bytes", tooLong.Message, StringComparison.Ordinal);

        int before = MeetingPlace.SettledDescriptors;
        IOException error = await Assert.ThrowsAsync<IOException>(async () => await TwoProcessConnection.AcceptAsync(
            place.Options with { SocketPath = place.SocketPath + "/no/such" }, Cancellation));
        Assert.Contains(place.SocketPath + "/no/such", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<IOException>(async () => await TwoProcessConnection.AcceptAsync(
            place.Options with { SocketPath = "/proc/self/socket" }, Cancellation));
        Assert.StartsWith("bind of \"/proc/self/socket\" failed", error.Message, StringComparison.Ordinal);
        MeetingPlace.AssertOpenDescriptors(before);
        Assert.Equal(0, MeetingPlace.OpenMappings(place.Name));
    }

    [Fact]
    public async Task TooSmallMemoryIsRefusedBeforeAnythingIsCreated()
    {
        using MeetingPlace place = new();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await TwoProcessConnection.AcceptAsync(place.Options with { SizeBytes = 0x4_FFFF }, Cancellation));
        Assert.False(File.Exists("/dev/shm/" + place.Name));
    }

    [Fact]
    public async Task AForeignTableIsRefusedAndNothingLeaks()
    {
        using MeetingPlace place = new();
        using (SharedMemory memory = SharedMemory.OpenOrCreate(place.Name, 0x8_0000))
        {
            Bytes.Of(memory.Region)[0] = 9;
        }

        int before = MeetingPlace.SettledDescriptors;
        using (Socket foreign = Sockets.Listen(place.SocketPath))
        {
            await Assert.ThrowsAsync<TwoProcessTableException>(
                async () => await TwoProcessConnection.ConnectAsync(place.Options, Cancellation));
        }

        MeetingPlace.AssertOpenDescriptors(before);
        Assert.Equal(0, MeetingPlace.OpenMappings(place.Name));
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("ready without a kick")]
    public async Task TheDeviceWaitsForDriverOk(string order)
    {
        using MeetingPlace place = new();
        using OtherProcess driver = OtherProcess.Start("driver", place.Arguments);
        await using TwoProcessConnection connection
            = await TwoProcessConnection.AcceptAsync(place.Options, Cancellation);
        await driver.ExpectAsync("connected");
        ValueTask ready = connection.WaitForDriverOkAsync(Limit, Cancellation);
        Assert.False(ready.IsCompleted);
        driver.Say(order);
        await ready;
        Assert.Equal((VirtioStatus.DriverOk, 1U), (connection.Status, connection.DriverFeatures));
        await connection.WaitForDriverOkAsync(TimeSpan.Zero, Cancellation);
    }

    [Fact]
    public async Task WaitingForDriverOkEndsWithThePeerTheTimeOrTheToken()
    {
        using MeetingPlace place = new();
        using OtherProcess driver = OtherProcess.Start("driver", place.Arguments);
        await using TwoProcessConnection connection
            = await TwoProcessConnection.AcceptAsync(place.Options, Cancellation);
        await driver.ExpectAsync("connected");

        TimeoutException late = await Assert.ThrowsAsync<TimeoutException>(async () =>
            await connection.WaitForDriverOkAsync(TimeSpan.FromMilliseconds(5), Cancellation));
        Assert.Contains("offset 0x2c is 0x00", late.Message, StringComparison.Ordinal);

        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await connection.WaitForDriverOkAsync(Timeout.InfiniteTimeSpan, stop.Token));

        driver.Say("leave");
        PeerClosedException gone = await Assert.ThrowsAsync<PeerClosedException>(
            async () => await connection.WaitForDriverOkAsync(Limit, Cancellation));
        Assert.Contains(place.SocketPath, gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingLeaksOverManyLives()
    {
        using MeetingPlace place = new();
        await MeetAsync(place);
        int before = MeetingPlace.SettledDescriptors;
        for (int life = 0; life < 20; life++)
        {
            await MeetAsync(place);
        }

        MeetingPlace.AssertOpenDescriptors(before);
        Assert.Equal(0, MeetingPlace.OpenMappings(place.Name));
    }

    [Fact]
    public async Task AfterDisposeNothingTouchesTheMemory()
    {
        using MeetingPlace place = new();
        Task<TwoProcessConnection> server = TwoProcessConnection.AcceptAsync(place.Options, Cancellation).AsTask();
        TwoProcessConnection client = await TwoProcessConnection.ConnectAsync(place.Options, Cancellation);
        await (await server).DisposeAsync();
        await client.DisposeAsync();
        await client.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => client.Status);
        Assert.Throws<ObjectDisposedException>(() => client.DriverFeatures = 1);
        Assert.Throws<ObjectDisposedException>(() => client.Memory);
    }

    public void Dispose() => _limit.Dispose();

    private async Task MeetAsync(MeetingPlace place)
    {
        Task<TwoProcessConnection> server = TwoProcessConnection.AcceptAsync(place.Options, Cancellation).AsTask();
        await using TwoProcessConnection client
            = await TwoProcessConnection.ConnectAsync(place.Options, Cancellation);
        await using TwoProcessConnection accepted = await server;
        client.Doorbell.Kick(0);
        Assert.Equal(DoorbellEvents.Kicked, accepted.Doorbell.Wait(Limit));
    }
}
