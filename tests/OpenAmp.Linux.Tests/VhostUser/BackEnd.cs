// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Xunit;

namespace OpenAmp.Linux.Tests;

/// <summary>An RPMsg back end whose links echo what comes for 0x400, and what it reported so far.</summary>
internal sealed class BackEnd : IAsyncDisposable
{
    internal const uint EchoAddress = 0x400;
    internal const ulong AllFeatures = 0x1_3000_0001;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MeetingPlace _place = new();
    private readonly Channel<VhostUserException?> _left = Channel.CreateUnbounded<VhostUserException?>();
    private readonly ConcurrentQueue<VhostUserException> _refused = new();
    private readonly VhostUserRpmsgListener _listener;

    internal BackEnd(
        VhostUserProtocolFeatures? protocol = null,
        TimeSpan? silenceTimeout = null,
        bool requireSeals = false,
        RpmsgLinkOptions? link = null)
    {
        VhostUserServerOptions server = new()
        {
            SocketPath = _place.SocketPath,
            SilenceTimeout = silenceTimeout ?? Limit,
            RequireSealedMemory = requireSeals,
        };
        _listener = VhostUserRpmsgListener.Listen(new VhostUserRpmsgOptions
        {
            Server = protocol is { } features ? server with { ProtocolFeatures = features } : server,
            Link = link ?? new RpmsgLinkOptions { Name = "device" },
            Features = new VirtioFeatures(AllFeatures),
            Prepare = static link => link.CreateEndpoint(new RpmsgEndpointOptions
            {
                LocalAddress = EchoAddress,
                InlineHandler = Echo,
            }),
        });
        _listener.FrontEndLeft += (_, args) => _left.Writer.TryWrite(args.Fault);
        _listener.Refused += (_, args) => _refused.Enqueue(args.Fault!);
    }

    internal VhostUserException[] Refusals => [.. _refused];

    internal static CancellationToken Deadline
        => CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken, new CancellationTokenSource(Limit).Token).Token;

    internal FrontEnd Connect() => FrontEnd.Connect(_listener.SocketPath);

    internal ValueTask<RpmsgLink> AcceptAsync() => _listener.AcceptAsync(Deadline);

    /// <summary>Why the next front end left; null when it just did.</summary>
    internal async Task<VhostUserException?> NextLeftAsync() => await _left.Reader.ReadAsync(Deadline);

    /// <summary>Sends messages from a driver to the echo and waits for each.</summary>
    internal static async Task EchoAsync(RpmsgLink driver, int count)
    {
        await using RpmsgEndpoint endpoint = driver.CreateEndpoint(new() { RemoteAddress = EchoAddress });
        for (int index = 0; index < count; index++)
        {
            byte[] payload = [.. Enumerable.Repeat((byte)(index % 256), 1 + (index % 400))];
            await endpoint.SendAsync(payload, Deadline);
            using RpmsgMessage answer = await endpoint.ReceiveAsync(Deadline);
            Assert.Equal(payload, answer.Payload.ToArray());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _place.Dispose();
    }

    private static void Echo(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
        => _ = endpoint.TrySendTo(message.Payload, message.Source);
}
