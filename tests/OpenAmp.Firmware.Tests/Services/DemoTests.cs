// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.Services;

public sealed class DemoTests
{
    private const int Order = 6;
    private const int MatrixBytes = 4 * (1 + (Order * Order));

    [Theory]
    [InlineData("matrix", "mps2-an386")]
    [InlineData("demo", "mps2-an386")]
    [InlineData("demo", "virt-a53")]
    public async Task TwoHundredPairsOfMatricesAreMultiplied(string firmware, string name)
    {
        const int Rounds = 200;
        await using FirmwareBoard board = await FirmwareBoard.StartAsync(firmware, name);
        await using RpmsgEndpoint server = await board.ConnectAsync(FirmwareBoard.Echo);
        byte[] request = new byte[2 * MatrixBytes];
        uint seed = 1;
        for (int round = 0; round < Rounds; round++)
        {
            FillMatrix(request.AsSpan(0, MatrixBytes), ref seed);
            FillMatrix(request.AsSpan(MatrixBytes), ref seed);
            await server.SendAsync(request, board.Token);
            using RpmsgMessage reply = await server.ReceiveAsync(board.Token);
            Assert.Equal(MatrixBytes, reply.Payload.Length);
            AssertIsProduct(request, reply.Payload);
        }
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task ServicesOfTheDemoCanBeUsedAgainByEveryNextClient(string name)
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("demo", name);
        for (int client = 0; client < 40; client++)
        {
            await using RpmsgEndpoint echo =
                await board.Link.CreateEndpointAsync(FirmwareBoard.Echo, null, board.Token);
            _ = await echo.WaitForRemoteAsync(board.Token);
            Assert.Equal("hello", await board.AskAsync(echo, "hello"));
        }

        for (int client = 0; client < 3; client++)
        {
            await using RpmsgEndpoint sample =
                await board.Link.CreateEndpointAsync("rpmsg-client-sample", null, board.Token);
            _ = await sample.WaitForRemoteAsync(board.Token);
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal("hello world!", await board.AskAsync(sample, "hello world!"));
            }

            Assert.Equal(RpmsgCloseReason.RemoteDestroyed, await sample.Completion.WaitAsync(board.Token));
        }
    }

    [Fact]
    public async Task TheDemoCrashesOnDemandAndRecovers()
    {
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("demo", "mps2-an386", new()
        {
            Recovery = RecoveryPolicy.AtMost(3, TimeSpan.FromMinutes(1)),
        });
        await using RpmsgEndpoint crash = await board.ConnectAsync("openamp-demo-crash");
        Task crashed = board.Processor.WaitForChangeAsync(RemoteProcessorState.Crashed, board.Token);
        Task recovered = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        await crash.SendAsync("now"u8.ToArray(), board.Token);
        await crashed;
        await recovered;
        await using RpmsgEndpoint echo = await board.ConnectAsync(FirmwareBoard.Echo);
        Assert.Equal("alive", await board.AskAsync(echo, "alive"));
        Assert.Equal(1, board.Processor.CrashCount);
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("virt-a53")]
    public async Task TheBenchPoursAsManyMessagesAsItIsToldAndCountsThoseItGets(string name)
    {
        const int Count = 5000;
        await using FirmwareBoard board = await FirmwareBoard.StartAsync("bench", name);
        await using RpmsgEndpoint source = await board.Link.ConnectAsync(
            "openamp-bench-source",
            new RpmsgEndpointOptions { Announce = false, WhenFull = ReceiveFullMode.PauseLink },
            board.Token);
        byte[] order = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(order, Count);
        BinaryPrimitives.WriteUInt32LittleEndian(order.AsSpan(4), 100);
        await source.SendAsync(order, board.Token);
        for (uint i = 0; i < Count; i++)
        {
            using RpmsgMessage message = await source.ReceiveAsync(board.Token);
            Assert.Equal(100, message.Payload.Length);
            Assert.Equal(i, BinaryPrimitives.ReadUInt32LittleEndian(message.Payload));
        }

        await using RpmsgEndpoint sink = await board.ConnectAsync("openamp-bench-sink");
        byte[] poured = new byte[100];
        for (uint i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(poured, i);
            await sink.SendAsync(poured, board.Token);
        }

        await sink.SendAsync(Array.Empty<byte>(), board.Token);
        using RpmsgMessage report = await sink.ReceiveAsync(board.Token);
        Assert.Equal((uint)Count, BinaryPrimitives.ReadUInt32LittleEndian(report.Payload));
        Assert.Equal(Count * 100u, BinaryPrimitives.ReadUInt32LittleEndian(report.Payload[4..]));
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(report.Payload[8..]));
    }

    private static void FillMatrix(Span<byte> matrix, ref uint seed)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(matrix, Order);
        for (int i = 1; i <= Order * Order; i++)
        {
            seed = unchecked((seed * 747_796_405) + 2_891_336_453);
            BinaryPrimitives.WriteUInt32LittleEndian(matrix[(4 * i)..], seed);
        }
    }

    private static void AssertIsProduct(ReadOnlySpan<byte> request, ReadOnlySpan<byte> reply)
    {
        for (int cell = 0; cell < Order * Order; cell++)
        {
            uint sum = 0;
            for (int k = 0; k < Order; k++)
            {
                uint left = Cell(request, (cell / Order * Order) + k);
                uint right = Cell(request[MatrixBytes..], (k * Order) + (cell % Order));
                sum = unchecked(sum + (left * right));
            }

            Assert.Equal(sum, Cell(reply, cell));
        }
    }

    private static uint Cell(ReadOnlySpan<byte> matrix, int index)
        => BinaryPrimitives.ReadUInt32LittleEndian(matrix[(4 * (1 + index))..]);
}
