// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>A board with the remote in C, open and loaded, and what tests do with it.</summary>
internal sealed class BoardUnderTest : IAsyncDisposable
{
    /// <summary>No test measures: this is for machines that do ten other things.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit;

    // An announcement is taken by the first who connects: one endpoint for each run.
    private (RpmsgLink Link, RpmsgEndpoint Endpoint)? _echo;

    private BoardUnderTest(QemuProcessorDriver driver, RemoteProcessor processor, CancellationTokenSource limit)
    {
        Driver = driver;
        Processor = processor;
        _limit = limit;
    }

    internal QemuProcessorDriver Driver { get; }

    internal RemoteProcessor Processor { get; }

    internal CancellationToken Token => _limit.Token;

    internal static async Task<BoardUnderTest> OpenAsync(
        string board, RemoteProcessorOptions? options = null,
        Func<QemuProcessorOptions, QemuProcessorOptions>? with = null, string? image = null)
    {
        string path = image ?? CRemote.PathFor(board);
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        QemuProcessorOptions qemu = new() { Board = QemuBoard.Find(board) };
        var driver = new QemuProcessorDriver(with?.Invoke(qemu) ?? qemu);
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, options ?? new(), limit.Token);
        BoardUnderTest result = new(driver, processor, limit);
        try
        {
            await processor.LoadAsync(FirmwareStore.FromFile(path), limit.Token);
            return result;
        }
        catch
        {
            await result.DisposeAsync();
            throw;
        }
    }

    internal static async Task<BoardUnderTest> StartAsync(
        string board, RemoteProcessorOptions? options = null,
        Func<QemuProcessorOptions, QemuProcessorOptions>? with = null)
    {
        BoardUnderTest result = await OpenAsync(board, options, with);
        try
        {
            await result.Processor.StartAsync(result.Token);
            return result;
        }
        catch
        {
            await result.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says something to the echo service and hears it back.</summary>
    internal async Task GreetAsync(string text = "hello")
    {
        RpmsgEndpoint echo = await ConnectEchoAsync();
        await echo.SendAsync(Encoding.UTF8.GetBytes(text), Token);
        using RpmsgMessage answer = await echo.ReceiveAsync(Token);
        Assert.Equal(text, Encoding.UTF8.GetString(answer.Payload));
    }

    /// <summary>Sends messages of all lengths and contents, some at once, and compares each answer.</summary>
    internal async Task EchoAsync(int count, int atOnce = 8)
    {
        RpmsgEndpoint echo = await ConnectEchoAsync();
        using SemaphoreSlim room = new(atOnce);
        Task sending = Task.Run(async () =>
        {
            byte[] message = new byte[496];
            for (int i = 0; i < count; i++)
            {
                await room.WaitAsync(Token);
                await echo.SendAsync(Fill(message, i), Token);
            }
        }, Token);
        byte[] expected = new byte[496];
        for (int i = 0; i < count; i++)
        {
            Task<RpmsgMessage> receiving = echo.ReceiveAsync(Token).AsTask();
            if (!receiving.IsCompleted && await Task.WhenAny(receiving, sending) == sending)
            {
                await sending;
            }

            using RpmsgMessage answer = await receiving;
            Assert.True(Fill(expected, i).Span.SequenceEqual(answer.Payload), $"Answer {i} is another message.");
            _ = room.Release();
        }

        await sending;
    }

    /// <summary>Tells the remote to do something bad.</summary>
    internal async Task CommandAsync(string command)
    {
        RpmsgEndpoint endpoint = await ConnectAsync(CRemote.Command);
        await endpoint.SendAsync(Encoding.ASCII.GetBytes(command), Token);
    }

    /// <summary>Tells the remote to crash, and waits until that is known.</summary>
    internal async Task<RemoteCrash> CrashAsync(string command)
    {
        Task crashed = Processor.WaitForChangeAsync(RemoteProcessorState.Crashed, Token);
        await CommandAsync(command);
        await crashed;
        return Processor.LastCrash!;
    }

    internal ValueTask<RpmsgEndpoint> ConnectAsync(string service)
        => Processor.Rpmsg.ConnectAsync(service, new RpmsgEndpointOptions { Announce = false }, Token);

    private async Task<RpmsgEndpoint> ConnectEchoAsync()
    {
        RpmsgLink link = Processor.Rpmsg;
        if (_echo is not { } echo || echo.Link != link)
        {
            _echo = (link, await ConnectAsync(CRemote.Echo));
        }

        return _echo.Value.Endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await Processor.DisposeAsync();
        _limit.Dispose();
    }

    private static ReadOnlyMemory<byte> Fill(byte[] message, int number)
    {
        int length = 8 + (number * 37 % (message.Length - 8));
        for (int i = 4; i < length; i++)
        {
            message[i] = unchecked((byte)((number * 31) + i));
        }

        BinaryPrimitives.WriteInt32LittleEndian(message, number);
        return message.AsMemory(0, length);
    }
}
