// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.Topologies;

/// <summary>Microcontroller to microcontroller: the host's part of the link is firmware too.</summary>
public sealed class HostFirmwareTests
{
    private const uint Ping = 1;
    private const uint Crash = 2;

    [Fact]
    public async Task AFirmwareDrivesAnotherAndEveryMessageComesBackWhole()
    {
        await using TwoBoards boards = await TwoBoards.StartAsync("host", "demo");
        await boards.FirstTrace.WaitForAsync("100 of 100 messages came back, corrupt: 0", 1, boards.First.Token);
        await using RpmsgEndpoint orders = await boards.First.ConnectAsync("openamp-mcu-host");
        uint[] report = await OrderAsync(boards.First, orders, Ping, 20_000);
        Assert.Equal([20_000u, 0u, report[2], 0u], report);
    }

    [Fact]
    public async Task ACrashOfTheSecondIsSeenAndItsNextLifeIsTakenUp()
    {
        await using TwoBoards boards = await TwoBoards.StartAsync("host", "demo");
        await using RpmsgEndpoint orders = await boards.First.ConnectAsync("openamp-mcu-host");
        for (int life = 1; life <= 3; life++)
        {
            await boards.FirstTrace.WaitForAsync("100 of 100 messages came back", life, boards.First.Token);
            _ = await OrderAsync(boards.First, orders, Crash, 0);
            await boards.FirstTrace.WaitForAsync("peer: link is down", life, boards.First.Token);
            await boards.RestartSecondAsync();
        }

        await boards.FirstTrace.WaitForAsync("100 of 100 messages came back", 4, boards.First.Token);
        uint[] report = await OrderAsync(boards.First, orders, Ping, 1000);
        Assert.Equal([1000u, 0u, report[2], report[3]], report);
    }

    [Fact]
    public async Task TheFirstCanBeStartedAnewWhileTheSecondRuns()
    {
        await using TwoBoards boards = await TwoBoards.StartAsync("host", "demo");
        for (int life = 1; life <= 3; life++)
        {
            await boards.FirstTrace.WaitForAsync("100 of 100 messages came back, corrupt: 0", life, boards.First.Token);
            await boards.First.Processor.StopAsync(boards.First.Token);
            await boards.First.Processor.StartAsync(boards.First.Token);
        }

        await boards.FirstTrace.WaitForAsync("100 of 100 messages came back, corrupt: 0", 4, boards.First.Token);
    }

    private static async Task<uint[]> OrderAsync(FirmwareBoard board, RpmsgEndpoint orders, uint order, uint count)
    {
        byte[] words = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(words, order);
        BinaryPrimitives.WriteUInt32LittleEndian(words.AsSpan(4), count);
        await orders.SendAsync(words, board.Token);
        using RpmsgMessage answer = await orders.ReceiveAsync(board.Token);
        uint[] report = new uint[4];
        for (int i = 0; i < report.Length; i++)
        {
            report[i] = BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload[(4 * i)..]);
        }

        return report;
    }
}
