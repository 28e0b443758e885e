// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Qemu;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Firmware.Tests.Services;

/// <summary>A host that writes nonsense into live rings: the firmware refuses it, counts it and goes on.</summary>
public sealed class HostileHostTests
{
    private const uint Own = 2000;
    private const ushort GoodHead = 0;

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task NonsenseInTheRingsIsRefusedAndCountedWhileTheLinkLivesOn(string name)
    {
        var driver = new RawDriver();
        await using FirmwareBoard board = await StartAsync(name, driver);
        Dictionary<string, uint> services = await HearServicesAsync(driver, board.Token);
        uint echo = services["openamp-bench-echo"];
        Assert.Equal("before", await AskAsync(driver, echo, "before", board.Token));

        uint faults = 0;
        foreach ((string what, Action<RawDriver, ushort> send) in Nonsense(board.Driver.Board, echo))
        {
            faults++;
            send(driver, (ushort)faults);
            Assert.Equal(what, await AskAsync(driver, echo, what, board.Token));
        }

        uint[] report = await ReportAsync(driver, services["openamp-bench-sink"], board.Token);
        Assert.Equal(faults, report[5]);
        Assert.Equal(0u, report[6]);
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task AnIndexThatJumpsMakesTheFirmwareAskForAResetAndServeTheNextLink(string name)
    {
        var driver = new RawDriver();
        await using FirmwareBoard board = await StartAsync(name, driver);
        Dictionary<string, uint> services = await HearServicesAsync(driver, board.Token);
        driver.JumpAhead();
        while ((driver.Status & VirtioStatus.NeedsReset) == 0)
        {
            await Task.Delay(1, board.Token);
        }

        await board.Processor.StopAsync(board.Token);
        await board.Processor.StartAsync(board.Token);
        services = await HearServicesAsync(driver, board.Token);
        Assert.Equal("after", await AskAsync(driver, services["openamp-bench-echo"], "after", board.Token));
    }

    /// <summary>Each of these is one fault; the number is the descriptor that it may use.</summary>
    private static IEnumerable<(string What, Action<RawDriver, ushort> Send)> Nonsense(QemuBoard board, uint echo)
    {
        ulong image = board.Image.Address.Value;
        ulong pool = board.Pool.Address.Value;
        ulong end = pool + board.Pool.LengthBytes;
        yield return ("the image itself", (driver, head) => driver.Send(head, image, 512));
        yield return ("address 0", (driver, head) => driver.Send(head, 0, 512));
        yield return ("beyond the pool", (driver, head) => driver.Send(head, end - 256, 512));
        yield return ("around the address space", (driver, head) => driver.Send(head, ulong.MaxValue - 15, 512));
        yield return ("a length of 4 GiB", (driver, head) => driver.Send(head, pool, uint.MaxValue));
        yield return ("less than a header", (driver, head) => driver.Send(head, pool, 15));
        yield return ("an odd address", (driver, head) => driver.Send(head, pool + 1, 512));
        yield return ("writable", (driver, head) => driver.Send(head, pool, 512, RawDriver.FlagWrite));
        yield return ("a chain in a circle", (driver, head) => driver.Send(head, pool, 512, RawDriver.FlagNext, head));
        yield return ("an indirect table", (driver, head) => driver.Send(head, pool, 512, RawDriver.FlagIndirect));
        yield return ("no such descriptor", (driver, _) => driver.SendHead(1000));
        yield return ("a header that lies", SendLie);

        void SendLie(RawDriver driver, ushort head)
        {
            driver.Fill(head, Own, echo, "x"u8, length: 497);
            driver.Send(head, driver.AddressOf(16 + head), RawDriver.BufferBytes);
        }
    }

    private static async Task<FirmwareBoard> StartAsync(string name, RawDriver driver)
    {
        FirmwareBoard board = await FirmwareBoard.LoadAsync(
            "bench", name, new() { VdevDrivers = [driver], GracefulShutdown = null });
        driver.Processor = board.Processor;
        driver.Board = board.Driver.Board;
        await board.Processor.StartAsync(board.Token);
        return board;
    }

    private static async Task<Dictionary<string, uint>> HearServicesAsync(
        RawDriver driver, CancellationToken cancellationToken)
    {
        Dictionary<string, uint> services = [];
        while (!services.ContainsKey("openamp-bench-sink"))
        {
            (uint source, byte[] payload) = await driver.ReceiveAsync(cancellationToken);
            Assert.Equal(40, payload.Length);
            services[Encoding.UTF8.GetString(payload.AsSpan(0, 32)).TrimEnd('\0')] = source;
        }

        return services;
    }

    private static async Task<string> AskAsync(
        RawDriver driver, uint destination, string text, CancellationToken cancellationToken)
        => Encoding.UTF8.GetString(
            await AskAsync(driver, destination, Encoding.UTF8.GetBytes(text), cancellationToken));

    private static async Task<byte[]> AskAsync(
        RawDriver driver, uint destination, byte[] payload, CancellationToken cancellationToken)
    {
        driver.Fill(GoodHead, Own, destination, payload);
        driver.Send(GoodHead, driver.AddressOf(16 + GoodHead), RawDriver.BufferBytes);
        return (await driver.ReceiveAsync(cancellationToken)).Payload;
    }

    private static async Task<uint[]> ReportAsync(
        RawDriver driver, uint sink, CancellationToken cancellationToken)
    {
        byte[] bytes = await AskAsync(driver, sink, Array.Empty<byte>(), cancellationToken);
        uint[] words = new uint[bytes.Length / 4];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i));
        }

        return words;
    }
}
