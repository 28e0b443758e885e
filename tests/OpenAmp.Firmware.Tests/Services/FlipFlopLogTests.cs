// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests.Services;

/// <summary>The firmware log: numbered lines in a flip-flop trace, which its version 2 table names.</summary>
public sealed class FlipFlopLogTests
{
    private const string Board = "mps2-an386";
    private const uint Lines = 5000;

    // Less than a half of the buffer: lines of 14 bytes, halves of 2048.
    private const uint LinesAtOnce = 100;

    [Fact]
    public async Task EveryLineArrivesWhenTheFirmwareIsAskedForNoMoreThanTheHostHasRead()
    {
        var log = new NumberedLines();

        // Looks only when it is rung for: a poll would hide a notification that never comes.
        await using FirmwareBoard board = await StartAsync(log, TimeSpan.FromHours(1));
        await using RpmsgEndpoint orders = await board.ConnectAsync("openamp-log");
        for (uint first = 0; first < Lines; first += LinesAtOnce)
        {
            Assert.Equal((0u, 0u), await OrderAsync(board, orders, first, LinesAtOnce));
            await log.WaitForAsync(first + LinesAtOnce, board.Token);
        }

        Assert.Equal(Lines, log.Count);
        Assert.Equal(0u, log.Lost);
        Assert.True(log.AreInOrder);
    }

    [Fact]
    public async Task OfAFloodEveryLineArrivesOrIsCountedAsLost()
    {
        var log = new NumberedLines();
        await using FirmwareBoard board = await StartAsync(log, TimeSpan.FromMilliseconds(1));
        await using RpmsgEndpoint orders = await board.ConnectAsync("openamp-log");
        (uint lost, uint faults) = await OrderAsync(board, orders, 0, Lines);

        // One line more, behind the last gap.
        await log.WaitForAsync(Lines - lost, board.Token);
        Assert.Equal((lost, faults), await OrderAsync(board, orders, Lines, 1));
        await log.WaitForAsync(Lines - lost + 1, board.Token);
        Assert.Equal(0u, faults);
        Assert.Equal(lost, log.Lost);
        Assert.Equal(Lines + 1, log.Count + log.Lost);
        Assert.True(log.AreInOrder);
    }

    private static Task<FirmwareBoard> StartAsync(NumberedLines log, TimeSpan pollInterval)
        => FirmwareBoard.StartAsync("log", Board, new()
        {
            TraceSinks = [log],
            Trace = new TraceFollowerOptions { PollInterval = pollInterval },
        });

    private static async Task<(uint Lost, uint Faults)> OrderAsync(
        FirmwareBoard board, RpmsgEndpoint orders, uint first, uint count)
    {
        byte[] order = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(order, first);
        BinaryPrimitives.WriteUInt32LittleEndian(order.AsSpan(4), count);
        await orders.SendAsync(order, board.Token);
        using RpmsgMessage answer = await orders.ReceiveAsync(board.Token);
        return (
            BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload),
            BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload[4..]));
    }

    /// <summary>Counts lines, and those that the follower says are missing.</summary>
    private sealed class NumberedLines : TraceSink
    {
        private const string Prefix = "line ";

        private readonly Lock _lock = new();
        private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _last = -1;

        internal uint Count { get; private set; }

        internal uint Lost { get; private set; }

        internal bool AreInOrder { get; private set; } = true;

        public override ValueTask WriteAsync(TraceOrigin origin, TraceLine line, CancellationToken cancellationToken)
        {
            if (origin.Buffer != "log")
            {
                return ValueTask.CompletedTask;
            }

            TaskCompletionSource grown;
            lock (_lock)
            {
                Lost += (uint)line.LostLines;
                if (line.Text.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    long number = long.Parse(line.Text[Prefix.Length..], CultureInfo.InvariantCulture);
                    AreInOrder &= number == _last + 1 + (long)line.LostLines;
                    _last = number;
                    Count++;
                }

                grown = _grown;
                _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            grown.TrySetResult();
            return ValueTask.CompletedTask;
        }

        internal async Task WaitForAsync(uint count, CancellationToken cancellationToken)
        {
            while (true)
            {
                Task grown;
                string reached;
                lock (_lock)
                {
                    if (Count >= count)
                    {
                        return;
                    }

                    grown = _grown.Task;
                    reached = $"Expected {count} lines; {Count} came, {Lost} are lost, the last is {_last}.";
                }

                try
                {
                    await grown.WaitAsync(cancellationToken);
                }
                catch (OperationCanceledException error)
                {
                    throw new TimeoutException(reached, error);
                }
            }
        }
    }
}
