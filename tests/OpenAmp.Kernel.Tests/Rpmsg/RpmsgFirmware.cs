// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Tests.Rpmsg;

/// <summary>The firmware that the kernel talks to, played on one link: it echoes, takes nothing for a while, and does
/// what the probe in the guest tells it.</summary>
internal sealed class RpmsgFirmware
{
    private const uint EchoAddress = 0x1;
    private const uint SinkAddress = 0x2;
    private const uint CommandAddress = 0x3;
    private const uint NobodysAddress = 0xFFFE;

    /// <summary>How long the firmware takes nothing when it was told to stop.</summary>
    private static readonly TimeSpan Stop = TimeSpan.FromSeconds(3);

    private readonly RpmsgLink _link;
    private readonly ConcurrentDictionary<string, Service> _services = new();
    private readonly TaskCompletionSource _isReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RpmsgEndpoint _sink;
    private RpmsgListener? _listener;
    private Task<RpmsgEndpoint>? _heard;
    private int _sunkCount;
    private volatile bool _stops;

    private RpmsgFirmware(RpmsgLink link)
    {
        _link = link;
        _ = link.CreateEndpoint(new() { LocalAddress = EchoAddress, InlineHandler = Echo });
        _sink = link.CreateEndpoint(new()
        {
            LocalAddress = SinkAddress,
            ReceiveQueueCapacity = 1,
            WhenFull = ReceiveFullMode.PauseLink,
        });
        RpmsgEndpoint commands = link.CreateEndpoint(new() { LocalAddress = CommandAddress });
        _ = Task.Run(() => ServeAsync(commands));
        _ = Task.Run(SinkAsync);
        _ = Task.Run(AnnounceAsync);
    }

    /// <summary>Puts the firmware on a link that has not begun to receive.</summary>
    public static void Prepare(RpmsgLink link) => _ = new RpmsgFirmware(link);

    private static void Echo(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
        => _ = endpoint.TrySendTo(message.Payload, message.Source);

    private async Task AnnounceAsync()
    {
        // One after another, and each only when its endpoint is there.
        await OfferAsync("rpmsg-raw", 0x400);
        await OfferAsync("probe-echo", 0x401);
        await OfferAsync("rpmsg-tty", 0x402);
        _isReady.SetResult();
    }

    private async Task OfferAsync(string name, uint address)
    {
        var service = new Service();
        service.Endpoint = await _link.CreateEndpointAsync(
            name,
            new()
            {
                LocalAddress = address,

                // Otherwise it would take the kernel's announcement of the same name for its own peer.
                RemoteAddress = NobodysAddress,
                InlineHandler = (RpmsgEndpoint endpoint, ref RpmsgInlineMessage message) =>
                {
                    service.Count++;
                    Echo(endpoint, ref message);
                },
            },
            CancellationToken.None);
        _services[$"{name} {address}"] = service;
        _services[name] = service;
    }

    private async Task SinkAsync()
    {
        try
        {
            while (true)
            {
                using RpmsgMessage message = await _sink.ReceiveAsync(CancellationToken.None);
                Interlocked.Increment(ref _sunkCount);
                if (_stops)
                {
                    _stops = false;
                    await Task.Delay(Stop);
                }
            }
        }
        catch (RpmsgClosedException)
        {
        }
    }

    private async Task ServeAsync(RpmsgEndpoint commands)
    {
        try
        {
            while (true)
            {
                using RpmsgMessage message = await commands.ReceiveAsync(CancellationToken.None);
                string[] words = Encoding.UTF8.GetString(message.Payload).Split(' ');
                string answer;
                try
                {
                    answer = await ObeyAsync(commands, words, message.Source);
                }
                catch (Exception exception) when (exception is not RpmsgClosedException)
                {
                    answer = $"{string.Join(' ', words)}: {exception.Message}";
                }

                if (answer.Length > 0)
                {
                    await commands.SendToAsync(
                        Encoding.UTF8.GetBytes(answer), message.Source, CancellationToken.None);
                }
            }
        }
        catch (RpmsgClosedException)
        {
        }
    }

    private async Task<string> ObeyAsync(RpmsgEndpoint commands, string[] words, uint source)
    {
        switch (words[0])
        {
            case "ready":
                await _isReady.Task;
                return "done";
            case "offer":
                await OfferAsync(words[1], Number(words[2]));
                return "done";
            case "withdraw":
                await _services[words[1]].Endpoint!.DisposeAsync();
                return "done";
            case "count":
                return $"{_services[words[1]].Count}";
            case "burst":
                for (int i = 0; i < Number(words[1]); i++)
                {
                    await commands.SendToAsync(BitConverter.GetBytes(i), source, CancellationToken.None);
                }

                return "";
            case "sunk":
                return $"{await SunkAsync((int)Number(words[1]))}";
            case "stop":
                // The next message for the sink holds everything up for a while.
                _sunkCount = 0;
                _stops = true;
                return "done";
            case "hear":
                _listener?.Dispose();
                _listener = _link.Listen(words[1], new() { Announce = false });
                _heard = _listener.AcceptAsync(CancellationToken.None).AsTask();
                return "done";
            case "heard":
                RpmsgEndpoint bound = await _heard!.WaitAsync(TimeSpan.FromSeconds(5));
                await bound.SendAsync("bound"u8.ToArray(), CancellationToken.None);
                return $"{bound.RemoteAddress}";
            case "lost":
                return $"{await (await _heard!).Completion.WaitAsync(TimeSpan.FromSeconds(5))}";
            default:
                return $"unknown command {words[0]}";
        }
    }

    private async Task<int> SunkAsync(int count)
    {
        for (int i = 0; i < 500 && _sunkCount < count; i++)
        {
            await Task.Delay(10);
        }

        return _sunkCount;
    }

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A service that was announced, and how many messages came for it.</summary>
    private sealed class Service
    {
        public RpmsgEndpoint? Endpoint { get; set; }

        public int Count { get; set; }
    }
}
