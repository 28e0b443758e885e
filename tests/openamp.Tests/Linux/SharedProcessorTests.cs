// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>The commands that work on the kernel's processors and links, on those of a program.</summary>
public sealed class SharedProcessorTests
{
    [Fact]
    public async Task ListsAndExaminesWhatAProgramShares()
    {
        await using SharedProgram shared = await SharedProgram.StartAsync();

        JsonElement list = (await shared.RunAsync("ls", "--json")).MustExit(0).Json();
        JsonElement processor = Assert.Single(list.GetProperty("processors").EnumerateArray());
        Assert.Equal("shared", processor.GetProperty("origin").GetString());
        Assert.Equal("running", processor.GetProperty("state").GetString());
        Assert.Contains(processor.GetProperty("links")[0].GetProperty("channels").EnumerateArray(),
            channel => channel.GetProperty("name").GetString() == SharedProgram.Echo);

        ToolResult doctor = (await shared.RunAsync("doctor", "shared:remote")).MustExit(0);
        Assert.Contains("running", doctor.Output, StringComparison.Ordinal);
        ToolResult info = (await shared.RunAsync("remoteproc", "info")).MustExit(0);
        Assert.Contains("Resource table", info.Output, StringComparison.Ordinal);
        ToolResult trace = (await shared.RunAsync("remoteproc", "trace", "--once")).MustExit(0);
        Assert.Contains("link is up", trace.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PingsAreAnsweredOrCountedAsLost()
    {
        await using SharedProgram shared = await SharedProgram.StartAsync();

        JsonElement right = (await shared.RunAsync(
            "rpmsg", "ping", SharedProgram.Echo, "-c", "200", "-f", "--deadline", "20", "--json")).MustExit(0).Json();
        Assert.Equal(200, right.GetProperty("received").GetInt64());
        Assert.Equal(0, right.GetProperty("lost").GetInt64());

        ToolResult lost = (await shared.RunAsync(
            "rpmsg", "ping", "shared:remote/@0x999", "-c", "2", "-i", "0", "-W", "0.2")).MustExit(1);
        Assert.Contains("2 sent, 0 received, 2 lost (100 %)", lost.Output, StringComparison.Ordinal);
        Assert.Contains("ping 0 had no answer within 0.2 s", lost.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessagesGoAndComeInEveryForm()
    {
        await using SharedProgram shared = await SharedProgram.StartAsync();

        ToolResult text = (await shared.RunAsync(
            "rpmsg", "send", SharedProgram.Echo, "one", "two words", "-r", "2", "--as", "lines")).MustExit(0);
        Assert.Equal("one\ntwo words\n", text.Output);
        ToolResult hex = (await shared.RunAsync(
            "rpmsg", "send", SharedProgram.Echo, "--hex", "01:ff", "-r", "1", "--json")).MustExit(0);
        Assert.Equal("01ff", hex.Json().GetProperty("hex").GetString());
        await File.WriteAllBytesAsync(
            shared.At("frames"), [3, 0, 0, 0, (byte)'a', (byte)'b', (byte)'c', 1, 0, 0, 0, (byte)'d'],
            TestContext.Current.CancellationToken);
        ToolResult frames = (await shared.RunAsync(
            "rpmsg", "send", SharedProgram.Echo, "--file", shared.At("frames"), "--frames", "length", "-r", "2", "--as",
            "raw")).MustExit(0);
        Assert.Equal("abcd", frames.Output);
    }

    [Fact]
    public async Task ABridgeServesClientsOfASocketOneAfterAnother()
    {
        await using SharedProgram shared = await SharedProgram.StartAsync();
        string path = shared.At("bridge.sock");
        await using ToolProcess bridge = shared.Begin(
            "rpmsg", "bridge", SharedProgram.Echo, "--unix-listen", path, "--frames", "lines", "--linger", "0");
        await Files.AppearAsync(path);
        for (int i = 0; i < 3; i++)
        {
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
            await using var stream = new NetworkStream(client);
            using var reader = new StreamReader(stream);
            byte[] line = Encoding.UTF8.GetBytes(FormattableString.Invariant($"client {i}\n"));
            await stream.WriteAsync(line, TestContext.Current.CancellationToken);
            Assert.Equal(
                FormattableString.Invariant($"client {i}"),
                await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        bridge.Interrupt();
        ToolResult end = (await bridge.EndAsync()).MustExit(0);
        Assert.Contains("3 to the remote, 3 from it, 0 dropped", end.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task ABridgeMakesATerminalOfAService()
    {
        await using SharedProgram shared = await SharedProgram.StartAsync();
        string path = shared.At("terminal");
        await using ToolProcess bridge = shared.Begin("rpmsg", "bridge", SharedProgram.Echo, "--pty", path);
        await Files.AppearAsync(path);

        await using (var terminal = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1))
        {
            await terminal.WriteAsync("raw\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            byte[] answer = new byte[5];
            await terminal.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
            Assert.Equal("raw\r\n", Encoding.UTF8.GetString(answer));
        }

        bridge.Interrupt();
        (await bridge.EndAsync()).MustExit(0);
        Assert.Null(new FileInfo(path).LinkTarget);
    }

    [Fact]
    public async Task StopsStartsAndDumps()
    {
        await using SharedProgram shared = await SharedProgram.StartAsync();
        ToolResult dump = (await shared.RunAsync("remoteproc", "coredump", "-o", shared.At("core"))).MustExit(0);
        Assert.Contains("openamp coredump inspect", dump.Output, StringComparison.Ordinal);
        Assert.Equal(0x7f, (await File.ReadAllBytesAsync(shared.At("core"), TestContext.Current.CancellationToken))[0]);

        (await shared.RunAsync("remoteproc", "stop", "remote")).MustExit(0);
        ToolResult stopped = (await shared.RunAsync("doctor")).MustExit(1);
        Assert.Contains("Try: openamp remoteproc start shared:remote", stopped.Output, StringComparison.Ordinal);
        ToolResult started = (await shared.RunAsync("remoteproc", "start", "remote")).MustExit(0);
        Assert.StartsWith("shared:remote is running after", started.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeFoundIsAnsweredWithWhatThereIs()
    {
        await using SharedProgram shared = await SharedProgram.StartAsync();

        Assert.Contains(
            "there is no link 'nobody'; there are shared:remote",
            (await shared.RunAsync("rpmsg", "ping", "nobody/service")).MustExit(1).ErrorLine, StringComparison.Ordinal);
        Assert.Contains(
            "there is no processor 'nobody'; there are shared:remote (",
            (await shared.RunAsync("remoteproc", "stop", "nobody")).MustExit(1).ErrorLine, StringComparison.Ordinal);
        Assert.Contains(
            "is a program's: its endpoints live as long as who made them",
            (await shared.RunAsync("rpmsg", "create-ept", "x", "--destination", "1")).MustExit(1).ErrorLine,
            StringComparison.Ordinal);
        Assert.Contains(
            "has no AttachDetach", (await shared.RunAsync("remoteproc", "attach")).MustExit(1).ErrorLine,
            StringComparison.Ordinal);
    }
}
