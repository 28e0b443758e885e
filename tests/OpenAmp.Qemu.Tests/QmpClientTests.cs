// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>The client of QEMU's monitor, against one that says what the test wants.</summary>
public sealed class QmpClientTests : IAsyncDisposable
{
    private const string Greeting = """{"QMP": {"version": {}, "capabilities": []}}""";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly NetworkStream _monitor;
    private readonly NetworkStream _ours;
    private readonly StreamReader _heard;
    private readonly List<QmpEvent> _events = [];

    public QmpClientTests()
    {
        (SafeFileHandle ours, SafeFileHandle theirs) = Interop.SocketPair("a test's monitor");
        (_ours, _monitor) = (ToStream(ours), ToStream(theirs));
        _heard = new StreamReader(_monitor);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _heard.Dispose();
        await _monitor.DisposeAsync();
        await _ours.DisposeAsync();
    }

    [Fact]
    public async Task ACommandIsAnsweredAlthoughEventsComeInBetween()
    {
        await using QmpClient client = await ConnectAsync(Long);
        Task<JsonElement> asked = client.ExecuteAsync("query-status", null, Token);
        string id = await HearAsync("query-status");
        await SayAsync("""{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}""");
        await SayAsync("""{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}""");
        await SayAsync($$"""{"return": {"status": "running"}, "id": {{id}}}""");
        Assert.Equal("running", (await asked).GetProperty("status").GetString());
        Assert.Equal(["STOP", "SHUTDOWN"], _events.Select(e => e.Name));
        Assert.True(_events[1].Flag("guest"));
        Assert.Equal("guest-reset", _events[1].Text("reason"));
        Assert.Equal("", _events[0].Text("reason"));
    }

    [Fact]
    public async Task ARefusalIsToldWithItsWords()
    {
        await using QmpClient client = await ConnectAsync(Long);
        Task<JsonElement> asked = client.ExecuteAsync("qom-set", null, Token);
        string id = await HearAsync("qom-set");
        await SayAsync($$"""{"error": {"class": "GenericError", "desc": "no such path"}, "id": {{id}} }""");
        QmpException error = await Assert.ThrowsAsync<QmpException>(() => asked);
        Assert.Contains("no such path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoCommandsGetTheirOwnAnswersInAnyOrder()
    {
        await using QmpClient client = await ConnectAsync(Long);
        Task<string> first = client.ExecuteHumanAsync("one", Token);
        string firstId = await HearAsync("human-monitor-command");
        Task<string> second = client.ExecuteHumanAsync("two", Token);
        string secondId = await HearAsync("human-monitor-command");
        await SayAsync($$"""{"return": "2", "id": {{secondId}}}""");
        await SayAsync($$"""{"return": "1", "id": {{firstId}}}""");
        Assert.Equal(("1", "2"), (await first, await second));
    }

    [Fact]
    public async Task ACommandThatIsNotAnsweredEndsAtItsDeadlineAndALateAnswerHarmsNobody()
    {
        await using QmpClient client = await ConnectAsync(Short);
        Task<JsonElement> late = client.ExecuteAsync("stop", null, Token);
        string id = await HearAsync("stop");
        QmpException error = await Assert.ThrowsAsync<QmpException>(() => late);
        Assert.Contains("'stop'", error.Message, StringComparison.Ordinal);
        await SayAsync($$"""{"return": {}, "id": {{id}}}""");
        Task<JsonElement> next = client.ExecuteAsync("cont", null, Token);
        string nextId = await HearAsync("cont");
        await SayAsync($$"""{"return": {}, "id": {{nextId}}}""");
        _ = await next;
    }

    [Fact]
    public async Task WhoeverDoesNotGreetIsGivenUp()
    {
        Task<QmpClient> connecting = QmpClient.ConnectAsync(_ours, _events.Add, Short, Token);
        QmpException error = await Assert.ThrowsAsync<QmpException>(() => connecting);
        Assert.Contains("did not say QMP", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("[1, 2, 3]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"event\": 5}")]
    [InlineData("{\"id\": 1}")]
    [InlineData("{\"return\": {}")]
    [InlineData("{\"return\": {}}}")]
    [InlineData("\u0000\u0001\u0002")]
    public async Task WhatIsNoMessageEndsTheTalkAndFailsWhoWaits(string line)
    {
        await using QmpClient client = await ConnectAsync(Long);
        Task<JsonElement> asked = client.ExecuteAsync("stop", null, Token);
        _ = await HearAsync("stop");
        await SayAsync(line);
        _ = await Assert.ThrowsAsync<QmpException>(() => asked);
        await client.Ended.WaitAsync(Long, Token);
        _ = await Assert.ThrowsAsync<QmpException>(() => client.ExecuteAsync("cont", null, Token));
    }

    [Theory]
    [InlineData("{\"return\": {}, \"id\": 99999999999999999999999}")]
    [InlineData("{\"return\": {}, \"id\": \"one\"}")]
    [InlineData("{\"return\": {}}")]
    [InlineData("{\"error\": 5}")]
    [InlineData("{\"event\": \"X\", \"data\": [1]}")]
    [InlineData("   ")]
    public async Task WhatConcernsNobodyIsPassedOver(string line)
    {
        await using QmpClient client = await ConnectAsync(Long);
        Task<JsonElement> asked = client.ExecuteAsync("stop", null, Token);
        string id = await HearAsync("stop");
        await SayAsync(line);
        await SayAsync($$"""{"return": {}, "id": {{id}}}""");
        _ = await asked;
    }

    [Fact]
    public async Task ALineWithoutEndIsNotKept()
    {
        await using QmpClient client = await ConnectAsync(Long);
        byte[] part = new byte[64 << 10];
        part.AsSpan().Fill((byte)'x');
        try
        {
            for (int i = 0; i < 2 * QmpClient.MaxLineBytes / part.Length; i++)
            {
                await _monitor.WriteAsync(part, Token);
            }
        }
        catch (IOException)
        {
            // It hung up meanwhile.
        }

        await client.Ended.WaitAsync(Long, Token);
        QmpException error = await Assert.ThrowsAsync<QmpException>(() => client.ExecuteAsync("cont", null, Token));
        Assert.Contains("more than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMessageMayComeInPieces()
    {
        await using QmpClient client = await ConnectAsync(Long);
        Task<JsonElement> asked = client.ExecuteAsync("stop", null, Token);
        string id = await HearAsync("stop");
        foreach (byte piece in Encoding.UTF8.GetBytes($$"""{"return": {}, "id": {{id}}}""" + "\r\n"))
        {
            await _monitor.WriteAsync(new[] { piece }, Token);
        }

        _ = await asked;
    }

    [Fact]
    public async Task TheEndOfQemuFailsWhoWaits()
    {
        await using QmpClient client = await ConnectAsync(Long);
        Task<JsonElement> asked = client.ExecuteAsync("stop", null, Token);
        _ = await HearAsync("stop");
        await _monitor.DisposeAsync();
        _ = await Assert.ThrowsAsync<QmpException>(() => asked);
    }

    private static NetworkStream ToStream(SafeFileHandle handle)
    {
        SafeSocketHandle socket = new(handle.DangerousGetHandle(), ownsHandle: true);
        handle.SetHandleAsInvalid();
        return new NetworkStream(new Socket(socket), ownsSocket: true);
    }

    private async Task<QmpClient> ConnectAsync(TimeSpan deadline)
    {
        Task<QmpClient> connecting = QmpClient.ConnectAsync(_ours, _events.Add, deadline, Token);
        await SayAsync(Greeting);
        string id = await HearAsync("qmp_capabilities");
        await SayAsync($$"""{"return": {}, "id": {{id}}}""");
        return await connecting;
    }

    private async Task SayAsync(string line) => await _monitor.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Token);

    private async Task<string> HearAsync(string command)
    {
        using var heard = JsonDocument.Parse((await _heard.ReadLineAsync(Token))!);
        Assert.Equal(command, heard.RootElement.GetProperty("execute").GetString());
        return heard.RootElement.GetProperty("id").GetRawText();
    }
}
