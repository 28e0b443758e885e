// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.UserModeLinux;
using OpenAmp.Virtio;

namespace OpenAmp.Kernel.Tests.VhostUser;

/// <summary>A remote of this library for a kernel: each link echoes what comes for an address.</summary>
internal sealed class KernelRemote : IAsyncDisposable
{
    internal const uint EchoAddress = 0x400;
    private const uint RpmsgId = 7;

    private readonly TestFolder _folder = new();
    private readonly VhostUserRpmsgListener _listener;

    internal KernelRemote(VirtioFeatures? features = null, VhostUserProtocolFeatures? protocol = null)
    {
        VhostUserServerOptions server = new() { SocketPath = _folder["rpmsg.sock"] };
        VhostUserRpmsgOptions options = new()
        {
            Server = protocol is { } offered ? server with { ProtocolFeatures = offered } : server,
            Prepare = static link => link.CreateEndpoint(new RpmsgEndpointOptions
            {
                LocalAddress = EchoAddress,
                InlineHandler = Echo,
            }),
        };
        _listener = VhostUserRpmsgListener.Listen(
            features is { } chosen ? options with { Features = chosen } : options);
        _listener.Refused += (_, args) => Faults.Enqueue(args.Fault!);
        _listener.FrontEndLeft += (_, args) =>
        {
            if (args.Fault is { } fault)
            {
                Faults.Enqueue(fault);
            }
        };
    }

    internal ConcurrentQueue<VhostUserException> Faults { get; } = new();

    /// <summary>A guest with this remote and the program for round trips.</summary>
    internal Task<LinuxGuest> StartGuestAsync() => LinuxGuest.StartAsync(
        GuestRoundTrip.In(TestGuest.Options(null, new GuestDevice(_listener.SocketPath, RpmsgId))) with
        {
            CommandTime = TimeSpan.FromMinutes(5),
        },
        TestGuest.Token);

    internal async Task<RpmsgLink> AcceptAsync()
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestGuest.Token);
        deadline.CancelAfter(TestGuest.Patience);
        return await _listener.AcceptAsync(deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _folder.Dispose();
    }

    private static void Echo(RpmsgEndpoint endpoint, ref RpmsgInlineMessage message)
        => _ = endpoint.TrySendTo(message.Payload, message.Source);
}
