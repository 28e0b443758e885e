// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Firmware.Tests;

/// <summary>An emulated board that runs a firmware in C#, and what tests do with it.</summary>
internal sealed class FirmwareBoard : IAsyncDisposable
{
    internal const string Echo = "rpmsg-openamp-demo-channel";

    /// <summary>No test measures: this is for machines that do ten other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit;

    private FirmwareBoard(QemuProcessorDriver driver, RemoteProcessor processor, CancellationTokenSource limit)
    {
        Driver = driver;
        Processor = processor;
        _limit = limit;
    }

    internal QemuProcessorDriver Driver { get; }

    internal RemoteProcessor Processor { get; }

    internal RpmsgLink Link => Processor.Rpmsg;

    internal CancellationToken Token => _limit.Token;

    internal static async Task<FirmwareBoard> LoadAsync(
        string firmware,
        string board,
        RemoteProcessorOptions? options = null,
        Func<QemuProcessorOptions, QemuProcessorOptions>? with = null,
        string? imageBoard = null)
    {
        string path = await FirmwareImages.BuildAsync(firmware, imageBoard ?? board);
        return await LoadImageAsync(path, firmware, board, options, with);
    }

    /// <summary>Loads an image that is not the build's.</summary>
    internal static async Task<FirmwareBoard> LoadImageAsync(
        string path,
        string firmware,
        string board,
        RemoteProcessorOptions? options = null,
        Func<QemuProcessorOptions, QemuProcessorOptions>? with = null)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        QemuProcessorOptions qemu = new() { Board = QemuBoard.Find(board), Name = $"{board} ({firmware})" };
        var driver = new QemuProcessorDriver(with?.Invoke(qemu) ?? qemu);
        RemoteProcessor processor = await RemoteProcessor.OpenAsync(driver, options ?? new(), limit.Token);
        FirmwareBoard result = new(driver, processor, limit);
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

    internal static async Task<FirmwareBoard> StartAsync(
        string firmware,
        string board,
        RemoteProcessorOptions? options = null,
        Func<QemuProcessorOptions, QemuProcessorOptions>? with = null,
        string? imageBoard = null)
    {
        FirmwareBoard result = await LoadAsync(firmware, board, options, with, imageBoard);
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

    /// <summary>An endpoint that has found the firmware's of that name.</summary>
    internal ValueTask<RpmsgEndpoint> ConnectAsync(string service)
        => Link.ConnectAsync(service, new RpmsgEndpointOptions { Announce = false }, Token);

    /// <summary>Sends a text and returns the text that comes back.</summary>
    internal async Task<string> AskAsync(RpmsgEndpoint endpoint, string text)
    {
        await endpoint.SendAsync(Encoding.UTF8.GetBytes(text), Token);
        return await HearAsync(endpoint);
    }

    internal async Task<string> HearAsync(RpmsgEndpoint endpoint)
    {
        using RpmsgMessage answer = await endpoint.ReceiveAsync(Token);
        return Encoding.UTF8.GetString(answer.Payload);
    }

    /// <summary>Sends messages of all lengths and contents, some at once, and compares each answer.</summary>
    internal async Task EchoAsync(RpmsgEndpoint echo, int count, int atOnce = 8)
    {
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

    public async ValueTask DisposeAsync()
    {
        await Processor.DisposeAsync();
        _limit.Dispose();
    }

    /// <summary>Message number n: its number, and bytes that depend on it, of changing length.</summary>
    internal static ReadOnlyMemory<byte> Fill(byte[] message, int number)
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
