// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class StressTests
{
    [Fact]
    public async Task FiveThousandEndpointsAreConnectedUsedAndDestroyed()
    {
        const int Total = 5000;

        // All may be announced before the first is accepted.
        await using Rig rig = Rig.Start(
            new() { Limit = TimeSpan.FromSeconds(60), Driver = new() { MaxPendingAnnouncements = Total } });
        using RpmsgListener listener = rig.Driver.Listen("svc");
        Task<List<RpmsgEndpoint>> accepting = Task.Run(
            async () =>
            {
                var accepted = new List<RpmsgEndpoint>();
                while (accepted.Count < Total)
                {
                    RpmsgEndpoint endpoint = await listener.AcceptAsync(rig.Token);
                    await endpoint.SendAsync(BitConverter.GetBytes(endpoint.RemoteAddress), rig.Token);
                    accepted.Add(endpoint);
                }

                return accepted;
            },
            rig.Token);
        var clients = new List<RpmsgEndpoint>();
        for (int i = 0; i < Total; i++)
        {
            clients.Add(await rig.Device.CreateEndpointAsync("svc", null, rig.Token));
        }

        foreach (RpmsgEndpoint client in clients)
        {
            using RpmsgMessage hello = await client.ReceiveAsync(rig.Token);
            Assert.Equal(client.LocalAddress, BitConverter.ToUInt32(hello.Payload));
        }

        List<RpmsgEndpoint> servers = await accepting.WaitAsync(rig.Token);
        Assert.Equal(Total, rig.Driver.EndpointCount);
        Assert.Equal(Total, clients.Select(client => client.LocalAddress).Distinct().Count());
        foreach (RpmsgEndpoint client in clients)
        {
            await client.DisposeAsync();
        }

        foreach (RpmsgEndpoint server in servers)
        {
            Assert.Equal(RpmsgCloseReason.RemoteDestroyed, await server.Completion.WaitAsync(rig.Token));
        }

        Assert.Equal(0, rig.Driver.EndpointCount);
        Assert.Equal(0, rig.Device.EndpointCount);
    }

    [Theory]
    [InlineData(VirtioRole.Driver)]
    [InlineData(VirtioRole.Device)]
    public async Task ManySendersLoseDoubleAndReorderNothing(VirtioRole role)
    {
        const int Senders = 8;
        const int Each = 5000;
        await using Rig rig = Rig.Start(new() { Limit = TimeSpan.FromSeconds(60) });
        var pairs = new List<(RpmsgEndpoint Near, RpmsgEndpoint Far)>();
        for (int i = 0; i < 3; i++)
        {
            pairs.Add(rig.Pair(role, new() { WhenFull = ReceiveFullMode.PauseLink }));
        }

        Task[] sending = [.. Enumerable.Range(0, Senders).Select(
            sender => Task.Run(
                async () =>
                {
                    RpmsgEndpoint near = pairs[sender % pairs.Count].Near;
                    byte[] payload = new byte[8];
                    BitConverter.TryWriteBytes(payload, sender);
                    for (int i = 0; i < Each; i++)
                    {
                        BitConverter.TryWriteBytes(payload.AsSpan(4), i);
                        if (!near.TrySend(payload, more: i % 3 == 0))
                        {
                            await near.SendAsync(payload, rig.Token);
                        }
                    }

                    near.Flush();
                },
                rig.Token))];
        int[] next = new int[Senders];
        Task[] receiving = [.. pairs.Select(
            (pair, index) => Task.Run(
                async () =>
                {
                    int expected = Enumerable.Range(0, Senders).Count(s => s % pairs.Count == index) * Each;
                    for (int i = 0; i < expected; i++)
                    {
                        using RpmsgMessage message = await pair.Far.ReceiveAsync(rig.Token);
                        int sender = BitConverter.ToInt32(message.Payload);
                        Assert.Equal(index, sender % pairs.Count);
                        Assert.Equal(next[sender]++, BitConverter.ToInt32(message.Payload[4..]));
                    }
                },
                rig.Token))];

        await Task.WhenAll([.. sending, .. receiving]).WaitAsync(rig.Token);
        Assert.All(next, count => Assert.Equal(Each, count));
    }

    [Fact]
    public async Task EndpointsComeAndGoBesideTraffic()
    {
        await using Rig rig = Rig.Start(new() { Limit = TimeSpan.FromSeconds(60) });
        (RpmsgEndpoint near, RpmsgEndpoint far) = rig.Pair(
            VirtioRole.Driver,
            new() { WhenFull = ReceiveFullMode.PauseLink });
        using var stop = new CancellationTokenSource();
        Task[] churning = [.. Enumerable.Range(0, 4).Select(
            i => Task.Run(
                async () =>
                {
                    for (int round = 0; !stop.IsCancellationRequested; round++)
                    {
                        RpmsgLink link = (i & 1) == 0 ? rig.Driver : rig.Device;
                        await using RpmsgEndpoint endpoint = (round & 1) == 0
                            ? link.CreateEndpoint()
                            : await link.CreateEndpointAsync($"churn{i}", null, rig.Token);
                        await endpoint.SendToAsync("to nobody"u8.ToArray(), 5_000_000, rig.Token);
                    }
                },
                rig.Token))];
        Task sending = Task.Run(
            async () =>
            {
                for (int i = 0; i < 20_000; i++)
                {
                    await near.SendAsync(BitConverter.GetBytes(i), rig.Token);
                }
            },
            rig.Token);

        for (int i = 0; i < 20_000; i++)
        {
            using RpmsgMessage message = await far.ReceiveAsync(rig.Token);
            Assert.Equal(i, BitConverter.ToInt32(message.Payload));
        }

        await stop.CancelAsync();
        await Task.WhenAll([.. churning, sending]).WaitAsync(rig.Token);
        Assert.Equal(1, rig.Driver.EndpointCount);
        Assert.Equal(1, rig.Device.EndpointCount);
    }
}
