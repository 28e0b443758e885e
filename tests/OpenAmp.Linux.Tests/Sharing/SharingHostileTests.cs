// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class SharingHostileTests(Firmware firmware) : IClassFixture<Firmware>, IDisposable
{
    private const string Refusal = """{"version":1,"error":{"kind":"refused","message":""";
    private const string Endpoint = """{"version":1,"do":"endpoint","link":1,"local":99,"remote":1024}""";

    private readonly CancellationTokenSource _limit = Firmware.Limit();

    private CancellationToken Limit => _limit.Token;

    public static TheoryData<string> BadRequests =>
    [
        "x",
        "{",
        "{}",
        "[]",
        "null",
        "\"watch\"",
        "\u0001\0\0\0\u0001\0\0\0\u0002\0\0\0hello",
        """{"do":"watch","version":2}""",
        """{"do":"watch","version":"1"}""",
        """{"do":"watch"}""",
        """{"version":1,"do":"WATCH"}""",
        """{"version":1,"do":"destroy"}""",
        """{"version":1,"do":7}""",
        """{"version":1,"do":"watch","do":"stop"}""",
        """{"version":1,"do":"watch","surprise":1}""",
        """{"version":1,"do":"watch","path":"/bin/true"}""",
        """{"version":1,"do":"watch"} {"version":1,"do":"stop"}""",
        """{"version":1,"do":"start","name":"x"}""",
        """{"version":1,"do":"load"}""",
        """{"version":1,"do":"load","path":"relative.elf"}""",
        """{"version":1,"do":"load","path":"/a\u0000b"}""",
        """{"version":1,"do":"load","path":17}""",
        """{"version":1,"do":"trace"}""",
        """{"version":1,"do":"trace","name":""}""",
        """{"version":1,"do":"services"}""",
        """{"version":1,"do":"services","link":-1}""",
        """{"version":1,"do":"services","link":1e99}""",
        """{"version":1,"do":"endpoint"}""",
        """{"version":1,"do":"endpoint","link":1,"local":-1}""",
        """{"version":1,"do":"endpoint","link":1,"local":4294967296}""",
        """{"version":1,"do":"endpoint","link":1,"queue":0}""",
        """{"version":1,"do":"endpoint","link":1,"name":""}""",
        """{"version":1,"do":"endpoint","link":1,"path":"/x"}""",
        "{\"version\":1,\"do\":\"trace\",\"name\":\"" + new string('n', 300) + "\"}",
        "{\"version\":1,\"do\":\"load\",\"path\":\"/" + new string('p', 5000) + "\"}",
        "{\"do\":\"watch\"," + new string(' ', 20_000) + "\"version\":1}",
        new string('[', 5000),
        new string('\u00ff', 60_000),
    ];

    public static TheoryData<string> BadMessages =>
    [
        "\u0001",
        "\u0001\0\0\0\u0001\0\0\0\u0002\0\0",
        "\u0001\u0001\0\0\u0001\0\0\0\u0002\0\0\0x",
        "\u0002\0\0\0\u0001\0\0\0\u0002\0\0\0x",
        "\u0000\0\0\0\u0001\0\0\0\u0002\0\0\0x",
        "\u0001\0\0\0\u00ff\u00ff\u00ff\u00ff\u0002\0\0\0x",
        "\u0001\0\0\0\u0001\0\0\0\u00ff\u00ff\u00ff\u00ffx",
        "\u0001\0\0\0\u0001\0\0\0\u0002\0\0\0" + new string('x', 497),
        "\u0001\0\0\0\u0001\0\0\0\u0002\0\0\0" + new string('x', 65_000),
        "\u0001\0\0\0\u0001\0\0\0\u0002\0\0\0" + new string('x', 80_000),
        """{"version":1,"do":"stop"}""",
    ];

    public void Dispose() => _limit.Dispose();

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task ABadRequestIsRefusedCountedAndChangesNothing(string request)
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        using (var client = new RawClient(bench.Sharing.SocketPath))
        {
            client.Send(Encoding.Latin1.GetBytes(request));
            string answer = (await client.ReceiveAsync(Limit))!;
            Assert.StartsWith(Refusal, answer, StringComparison.Ordinal);
            Assert.Null(await client.ReceiveAsync(Limit));
        }

        Assert.Equal(1, bench.Sharing.Statistics.MalformedPackets);
        Assert.Equal(RemoteProcessorState.Offline, bench.Processor.State);
        await using RemoteProcessor other = await bench.ConnectAsync(Limit);
        Assert.Equal("m4", other.Name);
    }

    [Theory]
    [MemberData(nameof(BadMessages))]
    public async Task ABadMessageEndsItsEndpointOnly(string message)
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        using (var client = new RawClient(bench.Sharing.SocketPath))
        {
            client.Send(Endpoint);
            Assert.Contains("\"open\":{\"local\":99", await client.ReceiveAsync(Limit), StringComparison.Ordinal);
            Assert.Equal(1, bench.Processor.Rpmsg.EndpointCount);
            client.Send(Encoding.Latin1.GetBytes(message));
            string end = (await client.ReceiveLastAsync(Limit))!;
            Assert.Contains("\"end\":{\"reason\":\"Failed\"", end, StringComparison.Ordinal);
        }

        Assert.Equal(1, bench.Sharing.Statistics.MalformedPackets);
        Assert.Equal(0, bench.Processor.Rpmsg.EndpointCount);
        await Firmware.EchoAsync(bench.Processor.Rpmsg, "still there", Limit);
    }

    [Theory]
    [InlineData("""{"version":1,"do":"services","link":7}""", "closed")]
    [InlineData("""{"version":1,"do":"endpoint","link":2147483647}""", "closed")]
    [InlineData("""{"version":1,"do":"endpoint","link":1,"local":53}""", "argument")]
    [InlineData("""{"version":1,"do":"endpoint","link":1,"name":"a name that is longer than 31 bytes"}""", "argument")]
    [InlineData("""{"version":1,"do":"trace","name":"none"}""", "unknown")]
    [InlineData("""{"version":1,"do":"load","path":"/proc/self/mem"}""", "state")]
    [InlineData("""{"version":1,"do":"load","path":"/nowhere"}""", "firmware")]
    [InlineData("""{"version":1,"do":"attach"}""", "unsupported")]
    public async Task ARequestThatCannotBeDoneIsAnsweredWithItsKind(string request, string kind)
    {
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        using var client = new RawClient(bench.Sharing.SocketPath);
        client.Send(request);
        Assert.Contains($"\"kind\":\"{kind}\"", await client.ReceiveLastAsync(Limit), StringComparison.Ordinal);
        Assert.Equal(0, bench.Sharing.Statistics.MalformedPackets);
        Assert.Equal(RemoteProcessorState.Running, bench.Processor.State);
    }

    [Fact]
    public async Task TooManyConnectionsAreRefusedAndTheProgramGoesOn()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(new() { MaxConnections = 4 }, new(), Limit);
        List<RawClient> clients = [];
        for (int i = 0; i < 4; i++)
        {
            clients.Add(new RawClient(bench.Sharing.SocketPath));
            clients[i].Send("""{"version":1,"do":"watch"}""");
            Assert.Contains("\"state\"", await clients[i].ReceiveAsync(Limit), StringComparison.Ordinal);
        }

        for (int i = 0; i < 100; i++)
        {
            using var more = new RawClient(bench.Sharing.SocketPath);
            Assert.Contains("MaxConnections", await more.ReceiveLastAsync(Limit), StringComparison.Ordinal);
        }

        Assert.Equal(100, bench.Sharing.Statistics.RefusedTooMany);
        clients.ForEach(client => client.Dispose());
        await Eventually.HoldsAsync(() => bench.Sharing.Statistics.Connections == 0, Limit);
        await using RemoteProcessor processor = await bench.ConnectAsync(Limit);
    }

    [Fact]
    public async Task WhoSaysNothingIsLeft()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(
            new() { PatienceTimeout = TimeSpan.FromMilliseconds(100) }, new(), Limit);
        using var silent = new RawClient(bench.Sharing.SocketPath);
        Assert.Contains("0.1", await silent.ReceiveLastAsync(Limit), StringComparison.Ordinal);
        Assert.Equal(1, bench.Sharing.Statistics.TimedOut);
        await Eventually.HoldsAsync(() => bench.Sharing.Statistics.Connections == 0, Limit);
    }

    [Fact]
    public async Task WhoNeverReadsHoldsUpNothing()
    {
        await using SharedBench bench = await SharedBench.OpenAsync(
            new() { DumpStallTimeout = TimeSpan.FromMilliseconds(200), PatienceTimeout = TimeSpan.FromSeconds(1) },
            new(),
            Limit);
        await bench.StartAsync(firmware.ThreePath, Limit);
        using var watch = new RawClient(bench.Sharing.SocketPath);
        watch.Send("""{"version":1,"do":"watch"}""");
        using var trace = new RawClient(bench.Sharing.SocketPath);
        trace.Send("""{"version":1,"do":"trace","name":"trace"}""");
        List<RawClient> dumps = [.. Enumerable.Range(0, 4).Select(_ => new RawClient(bench.Sharing.SocketPath))];
        dumps.ForEach(dump => dump.Send("""{"version":1,"do":"dump"}"""));
        for (int run = 0; run < 5; run++)
        {
            _ = await bench.Processor.StopAsync(Limit);
            await bench.Processor.StartAsync(Limit);
        }

        dumps.ForEach(dump => dump.Dispose());
        await Firmware.EchoAsync(bench.Processor.Rpmsg, "nothing is held", Limit);
        await bench.Sharing.DisposeAsync();
    }

    [Fact]
    public async Task RandomPacketsNeverEndTheProgram()
    {
        const int seed = 20261126;
        var random = new Random(seed);
        await using SharedBench bench = await SharedBench.OpenAsync(Limit);
        await bench.StartAsync(firmware.EchoPath, Limit);
        string[] seeds =
        [
            Endpoint,
            """{"version":1,"do":"endpoint","link":1,"name":"echo","announce":false,"queue":7,"pause":false}""",
            """{"version":1,"do":"services","link":1}""",
            """{"version":1,"do":"trace","name":"trace"}""",
            """{"version":1,"do":"load","path":"/nowhere"}""",
        ];
        for (int i = 0; i < 500; i++)
        {
            byte[] packet = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
            for (int change = random.Next(4); change >= 0; change--)
            {
                packet[random.Next(packet.Length)] = (byte)random.Next(256);
            }

            using var client = new RawClient(bench.Sharing.SocketPath);
            client.Send(packet[..random.Next(1, packet.Length + 1)]);
            byte[] more = new byte[random.Next(1, 600)];
            random.NextBytes(more);
            more[0] = (byte)random.Next(3);
            try
            {
                client.Send(more);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // It was refused already.
            }
        }

        await Eventually.HoldsAsync(() => bench.Sharing.Statistics.Connections == 0, Limit);
        Assert.True(bench.Sharing.Statistics.MalformedPackets > 100);
        Assert.Equal(RemoteProcessorState.Running, bench.Processor.State);
        Assert.Equal(0, bench.Processor.Rpmsg.EndpointCount);
        await Firmware.EchoAsync(bench.Processor.Rpmsg, "unharmed", Limit);
    }
}
