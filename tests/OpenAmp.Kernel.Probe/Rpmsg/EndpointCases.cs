// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Kernel.Probe.Rpmsg;

/// <summary>What endpoints over /dev/rpmsgN do.</summary>
internal static class EndpointCases
{
    private const int MaxPayloadBytes = 496;

    /// <summary>What the kernel's ring holds, both halves being 256 buffers.</summary>
    private const int RingBuffers = 256;

    /// <summary>The kernel's own device of a channel of rpmsg-raw: boundaries, empty messages, the longest, and one
    /// longer.</summary>
    public static async Task RawChannelAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.ConnectAsync("rpmsg-raw", token).ConfigureAwait(false);
        Check.Equal(0x400u, endpoint.RemoteAddress);
        Check.That(endpoint.LocalAddress != RpmsgAddress.Any);
        Check.Equal(MaxPayloadBytes, endpoint.MaxPayloadBytes);

        int[] lengths = [1, 0, 40, MaxPayloadBytes, 0, 0, 2, 495];
        foreach (int length in lengths)
        {
            await endpoint.SendAsync(Pattern(length), token).ConfigureAwait(false);
        }

        foreach (int length in lengths)
        {
            using RpmsgMessage message = await endpoint.ReceiveAsync(token).ConfigureAwait(false);
            Check.That(message.Payload.SequenceEqual(Pattern(length)));
            Check.Equal(0x400u, message.Source);
        }

        RpmsgMessageTooLongException tooLong = await Check.ThrowsAsync<RpmsgMessageTooLongException>(
            async () => await endpoint.SendAsync(new byte[MaxPayloadBytes + 1], token).ConfigureAwait(false))
            .ConfigureAwait(false);
        Check.Equal(MaxPayloadBytes, tooLong.MaxPayloadBytes);
        await KernelTooLongAsync(token).ConfigureAwait(false);
        await remote.RoundTripAsync(endpoint, Pattern(10)).ConfigureAwait(false);
    }

    /// <summary>A service that no driver knows: an endpoint is made through the control device, and unmade.</summary>
    public static async Task NamedChannelAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.ConnectAsync("probe-echo", token).ConfigureAwait(false);
        await remote.RoundTripAsync(endpoint, Pattern(100)).ConfigureAwait(false);
        Check.Equal(1, KernelRpmsgBus.Machine.ListDevices().Count(device => device.Service == "probe-echo"));

        // The service is the next one's when the first has left it.
        Task<RpmsgEndpoint> next = remote.Link.ConnectAsync("probe-echo", token).AsTask();
        await endpoint.DisposeAsync().ConfigureAwait(false);
        RpmsgEndpoint second = await next.WaitAsync(token).ConfigureAwait(false);
        await remote.RoundTripAsync(second, Pattern(3)).ConfigureAwait(false);
        await second.DisposeAsync().ConfigureAwait(false);
        Check.Equal(0, KernelRpmsgBus.Machine.ListDevices().Count(device => device.Service == "probe-echo"));
    }

    public static async Task ConnectWaitsAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        Task<RpmsgEndpoint> connecting = remote.Link.ConnectAsync("late", token).AsTask();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        _ = await Check.ThrowsAsync<OperationCanceledException>(
            async () => await remote.Link.ConnectAsync("never", impatient.Token).ConfigureAwait(false))
            .ConfigureAwait(false);
        Check.That(!connecting.IsCompleted);

        long start = Stopwatch.GetTimestamp();
        await remote.TellAsync("offer late 1600").ConfigureAwait(false);
        RpmsgEndpoint endpoint = await connecting.WaitAsync(token).ConfigureAwait(false);
        Console.WriteLine($"seen after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:f1} ms");
        Check.Equal(1600u, endpoint.RemoteAddress);
        await remote.RoundTripAsync(endpoint, Pattern(5)).ConfigureAwait(false);
        await remote.TellAsync("withdraw late").ConfigureAwait(false);
    }

    public static async Task ListenAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        using RpmsgListener listener = remote.Link.Listen("worker", new() { Announce = false });
        await remote.TellAsync("offer worker 1701").ConfigureAwait(false);
        RpmsgEndpoint endpoint = await listener.AcceptAsync(token).ConfigureAwait(false);
        Check.Equal(1701u, endpoint.RemoteAddress);
        await remote.RoundTripAsync(endpoint, Pattern(5)).ConfigureAwait(false);
        await remote.TellAsync("withdraw worker").ConfigureAwait(false);
        Check.Equal(RpmsgCloseReason.RemoteDestroyed, await endpoint.Completion.WaitAsync(token).ConfigureAwait(false));
    }

    /// <summary>Several endpoints on one address of the peer.</summary>
    public static async Task ManyEndpointsAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        int before = KernelRpmsgBus.Machine.ListDevices().Count;
        var endpoints = new List<RpmsgEndpoint>();
        for (int i = 0; i < 5; i++)
        {
            endpoints.Add(await remote.Link.CreateEndpointAsync(
                "many", new() { RemoteAddress = RemoteSide.EchoAddress }, token).ConfigureAwait(false));
        }

        endpoints.Add(await remote.Link.CreateEndpointAsync(
            "many", new() { RemoteAddress = RemoteSide.EchoAddress, LocalAddress = 0x55 }, token)
            .ConfigureAwait(false));
        Check.Equal(0x55u, endpoints[^1].LocalAddress);
        Check.Equal(before + endpoints.Count, KernelRpmsgBus.Machine.ListDevices().Count);
        await Task.WhenAll(endpoints.Select(async (endpoint, index) =>
        {
            for (int i = 0; i < 50; i++)
            {
                await remote.RoundTripAsync(endpoint, [(byte)index, (byte)i]).ConfigureAwait(false);
            }
        })).ConfigureAwait(false);
        await Task.WhenAll(endpoints.Select(endpoint => endpoint.DisposeAsync().AsTask())).ConfigureAwait(false);
        Check.Equal(before, KernelRpmsgBus.Machine.ListDevices().Count);
    }

    /// <summary>A cancelled receive loses no message.</summary>
    public static async Task CancelAsync(string[] arguments, CancellationToken token)
    {
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.CreateEndpointAsync(
            "cancel", new() { RemoteAddress = RemoteSide.EchoAddress }, token).ConfigureAwait(false);
        int sent = 0;
        int received = 0;
        for (int i = 0; i < 200; i++)
        {
            using var soon = new CancellationTokenSource();
            Task<RpmsgMessage> receiving = endpoint.ReceiveAsync(soon.Token).AsTask();
            await endpoint.SendAsync(new[] { (byte)sent++ }, token).ConfigureAwait(false);
            await soon.CancelAsync().ConfigureAwait(false);
            try
            {
                using RpmsgMessage message = await receiving.ConfigureAwait(false);
                Check.Equal((byte)received++, message.Payload[0]);
            }
            catch (OperationCanceledException)
            {
            }
        }

        while (received < sent)
        {
            using RpmsgMessage message = await endpoint.ReceiveAsync(token).ConfigureAwait(false);
            Check.Equal((byte)received++, message.Payload[0]);
        }
    }

    /// <summary>A reader that falls behind loses nothing when it asks so: the kernel keeps what is not read.</summary>
    public static async Task PauseAsync(string[] arguments, CancellationToken token)
    {
        const int Count = 1000;
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = remote.Link.CreateEndpoint(new()
        {
            RemoteAddress = RemoteSide.CommandAddress,
            ReceiveQueueCapacity = 4,
            WhenFull = ReceiveFullMode.PauseLink,
        });
        await endpoint.SendAsync(System.Text.Encoding.ASCII.GetBytes($"burst {Count}"), token).ConfigureAwait(false);

        // Others are not held up.
        await remote.TellAsync("ready").ConfigureAwait(false);
        await Task.Delay(200, token).ConfigureAwait(false);
        Check.That(remote.Link.GetStatistics().MessagesReceived < 100);
        for (int i = 0; i < Count; i++)
        {
            using RpmsgMessage message = await endpoint.ReceiveAsync(token).ConfigureAwait(false);
            Check.Equal(i, BitConverter.ToInt32(message.Payload));
        }

        Check.Equal(0, endpoint.DroppedCount);
    }

    /// <summary>A peer that takes nothing holds senders back and no thread; what waited arrives when it goes on.
    /// </summary>
    public static async Task FullQueueAsync(string[] arguments, CancellationToken token)
    {
        const int More = 300;
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.CreateEndpointAsync(
            "full", new() { RemoteAddress = RemoteSide.SinkAddress }, token).ConfigureAwait(false);
        await remote.TellAsync("stop").ConfigureAwait(false);
        int count = 0;
        while (endpoint.TrySend(BitConverter.GetBytes(count)))
        {
            Check.That(++count < 10_000);
        }

        // What the firmware took before it stopped, and a whole ring.
        Console.WriteLine($"{count} sent until full");
        Check.That(count is >= RingBuffers and <= RingBuffers + 16);
        int threads = ThreadPool.ThreadCount;
        Task[] sends = [.. Enumerable.Range(0, More).Select(
            _ => endpoint.SendAsync(BitConverter.GetBytes(count), token).AsTask())];
        using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50)))
        {
            _ = await Check.ThrowsAsync<OperationCanceledException>(
                async () => await endpoint.SendAsync(new byte[4], soon.Token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }

        await Task.Delay(1500, token).ConfigureAwait(false);
        Check.That(!Array.Exists(sends, static send => send.IsCompleted));
        Check.That(ThreadPool.ThreadCount <= threads + 4);

        // The firmware goes on by itself, since nothing can tell it to.
        await Task.WhenAll(sends).WaitAsync(token).ConfigureAwait(false);
        Check.Equal($"{count + More}", await remote.AskAsync($"sunk {count + More}").ConfigureAwait(false));
    }

    public static async Task RoundTripsAsync(string[] arguments, CancellationToken token)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], null) : 30_000;
        await using RemoteSide remote = await RemoteSide.OpenAsync(token).ConfigureAwait(false);
        RpmsgEndpoint endpoint = await remote.Link.ConnectAsync("rpmsg-raw", token).ConfigureAwait(false);
        byte[] payload = Pattern(64);
        long start = Stopwatch.GetTimestamp();
        var times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            BitConverter.TryWriteBytes(payload, i);
            await endpoint.SendAsync(payload, token).ConfigureAwait(false);
            using RpmsgMessage answer = await endpoint.ReceiveAsync(token).ConfigureAwait(false);
            if (!answer.Payload.SequenceEqual(payload))
            {
                throw new InvalidOperationException($"Round trip {i} brought something else back.");
            }

            times[i] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        Array.Sort(times);
        double mean = Stopwatch.GetElapsedTime(start).TotalMicroseconds / count;
        Console.WriteLine($"{count} round trips, {mean:f1} us each, "
            + $"median {times[count / 2]:f1} us, 99 % {times[count * 99 / 100]:f1} us");
    }

    /// <summary>A link that believes in longer messages is told by the kernel that there are none.</summary>
    private static async Task KernelTooLongAsync(CancellationToken token)
    {
        RpmsgLink link = await KernelRpmsgLink.OpenAsync(new() { MaxPayloadBytes = 4096 }, token).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            RpmsgEndpoint endpoint = link.CreateEndpoint(new() { RemoteAddress = RemoteSide.EchoAddress });
            _ = await Check.ThrowsAsync<RpmsgMessageTooLongException>(
                async () => await endpoint.SendAsync(new byte[MaxPayloadBytes + 1], token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
    }

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
}
