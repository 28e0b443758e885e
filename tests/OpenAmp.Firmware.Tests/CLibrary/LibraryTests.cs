// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.CLibrary;

/// <summary>A firmware in C that links the library, on an emulated board.</summary>
public sealed partial class LibraryTests
{
    private const string Reverse = "c-library-reverse";
    private const string Command = "c-library-command";

    [Theory]
    [InlineData("soft", "gnu")]
    [InlineData("hard", "gnu")]
    [InlineData("soft", "lld")]
    [InlineData("hard", "lld")]
    public async Task AFirmwareInCAnswersTwoThousandMessagesAndNoneIsCorrupt(string floatAbi, string linker)
    {
        await using FirmwareBoard board = await StartAsync(floatAbi, linker);
        await using RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo);
        await using RpmsgEndpoint command = await board.ConnectAsync(Command);
        Assert.Equal(floatAbi, await board.AskAsync(command, "a"));
        await board.EchoAsync(echo, 2000);
        Assert.All(await AskNumbersAsync(board, command, "f"), count => Assert.Equal(0u, count));
        Assert.Equal(0UL, board.Link.GetStatistics().PeerFaults);
    }

    [Fact]
    public async Task EndpointsAreIndependentUntilOneIsDestroyedAndItsMessagesAreCounted()
    {
        await using FirmwareBoard board = await StartAsync();
        await using RpmsgEndpoint command = await board.ConnectAsync(Command);
        await using RpmsgEndpoint reverse = await board.ConnectAsync(Reverse);
        await using RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo);
        Assert.Equal("olleh", await board.AskAsync(reverse, "hello"));
        Assert.Equal("hello", await board.AskAsync(echo, "hello"));
        uint address = reverse.RemoteAddress;

        Assert.Equal(0u, Assert.Single(await AskNumbersAsync(board, command, "d")));
        await echo.SendToAsync("lost"u8.ToArray(), address, board.Token);
        uint[] faults = await AskNumbersAsync(board, command, "f");
        Assert.Equal(1u, faults[15]);
        Assert.Equal("still here", await board.AskAsync(echo, "still here"));
    }

    [Fact]
    public async Task WhatCIsNotAllowedToDoIsRefusedWithTheErrorThatTheHeaderNames()
    {
        await using FirmwareBoard board = await StartAsync();
        await using RpmsgEndpoint command = await board.ConnectAsync(Command);
        Assert.Equal(0u, Assert.Single(await AskNumbersAsync(board, command, "e")));
    }

    [Fact]
    public async Task AMessageThatCKeepsIsGivenBackOnceWhenCReleasesIt()
    {
        await using FirmwareBoard board = await StartAsync();
        await using RpmsgEndpoint command = await board.ConnectAsync(Command);
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal("k", await board.AskAsync(command, "k"));
            Assert.Equal(0u, Assert.Single(await AskNumbersAsync(board, command, "r")));
        }
    }

    [Fact]
    public async Task TheLinkComesAndGoesAndEachOneAnswers()
    {
        await using FirmwareBoard board = await StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await using (RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo))
            {
                Assert.Equal("again", await board.AskAsync(echo, "again"));
            }

            await board.Processor.StopAsync(board.Token);
            await board.Processor.StartAsync(board.Token);
        }
    }

    [Fact]
    public async Task NonsenseInTheRingsIsCountedAsTheHeaderSays()
    {
        var driver = new RawDriver();
        await using FirmwareBoard board = await LoadAsync(new() { VdevDrivers = [driver], GracefulShutdown = null });
        driver.Processor = board.Processor;
        driver.Board = board.Driver.Board;
        await board.Processor.StartAsync(board.Token);
        await ReceiveFromAsync(driver, board, 17);
        ulong pool = board.Driver.Board.Pool.Address.Value;
        driver.Send(1, 0, 512);
        driver.Send(2, board.Driver.Board.Image.Address.Value, 512);
        driver.Send(3, pool, 15);
        driver.Send(4, pool, 512, RawDriver.FlagIndirect);
        driver.SendHead(99);
        driver.Fill(5, 1, 4000, "nobody"u8);
        driver.Send(5, driver.AddressOf(16 + 5), RawDriver.BufferBytes);
        driver.Fill(6, 1, 17, "too long"u8, ushort.MaxValue);
        driver.Send(6, driver.AddressOf(16 + 6), RawDriver.BufferBytes);
        driver.Fill(0, 1, 17, "f"u8);
        driver.Send(0, driver.AddressOf(16), RawDriver.BufferBytes);
        uint[] faults = Numbers(await ReceiveFromAsync(driver, board, 17));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0], faults[..7]);
        Assert.Equal([0, 1, 0, 0, 1, 2, 1], faults[7..14]);
        Assert.Equal([1, 1, 0], faults[14..]);
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task TheLibraryShowsWhatTheHeaderDeclaresAndNeedsNothingButPanic(string board)
    {
        string symbols = await CFirmware.RunAsync("llvm-nm", ["-g", await CFirmware.LibraryAsync(board)]);
        (string Kind, string Name)[] found = [.. symbols.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length is 2 or 3 && words[^2].Length == 1)
            .Select(words => (words[^2], words[^1]))];
        string header = await File.ReadAllTextAsync(
            Path.Combine(CFirmware.HeaderFolder, "openamp.h"), TestContext.Current.CancellationToken);
        IEnumerable<string> declared = Declaration().Matches(header).Select(match => match.Groups[1].Value);
        Assert.Equal(declared.Order(), found.Select(symbol => symbol.Name).Order());
        Assert.Equal(["openamp_panic"], found.Where(symbol => symbol.Kind == "U").Select(symbol => symbol.Name));
        Assert.Equal(["openamp_fence"], found.Where(symbol => symbol.Kind == "W").Select(symbol => symbol.Name));
    }

    [GeneratedRegex(@"^(?:int32_t|void) (openamp_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    private static async Task<FirmwareBoard> StartAsync(string floatAbi = "soft", string linker = "gnu")
    {
        FirmwareBoard board = await LoadAsync(new(), floatAbi, linker);
        try
        {
            await board.Processor.StartAsync(board.Token);
            return board;
        }
        catch
        {
            await board.DisposeAsync();
            throw;
        }
    }

    private static async Task<FirmwareBoard> LoadAsync(
        RemoteProcessorOptions options, string floatAbi = "soft", string linker = "gnu")
        => await FirmwareBoard.LoadImageAsync(
            await CFirmware.BuildAsync(floatAbi, linker), $"{floatAbi}-{linker}", CFirmware.Board, options);

    private static async Task<uint[]> AskNumbersAsync(FirmwareBoard board, RpmsgEndpoint endpoint, string text)
    {
        await endpoint.SendAsync(Encoding.ASCII.GetBytes(text), board.Token);
        using RpmsgMessage answer = await endpoint.ReceiveAsync(board.Token);
        return Numbers(answer.Payload.ToArray());
    }

    private static async Task<byte[]> ReceiveFromAsync(RawDriver driver, FirmwareBoard board, uint address)
    {
        while (true)
        {
            (uint source, byte[] payload) = await driver.ReceiveAsync(board.Token);
            if (source == address)
            {
                return payload;
            }
        }
    }

    private static uint[] Numbers(byte[] payload)
        => MemoryMarshal.Cast<byte, uint>(payload).ToArray();
}
