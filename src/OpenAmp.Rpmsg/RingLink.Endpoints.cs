// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

// Endpoints have addresses of the link's own, and announcements are messages.
internal sealed partial class RingLink
{
    public override RpmsgEndpoint CreateEndpoint(RpmsgEndpointOptions? options = null)
        => Register(null, options ?? new());

    public override async ValueTask<RpmsgEndpoint> CreateEndpointAsync(
        string name,
        RpmsgEndpointOptions? options,
        CancellationToken cancellationToken)
    {
        options ??= new();
        RpmsgName wireName = ToWire(name);
        RpmsgEndpoint endpoint = Register(name, options);
        try
        {
            BindToPending(endpoint);
            if (options.Announce && Options.NameService)
            {
                await AnnounceAsync(wireName, endpoint, isDestroy: false, cancellationToken).ConfigureAwait(false);
                endpoint.IsAnnounced = true;
            }

            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal override void Forget(RpmsgEndpoint endpoint)
    {
        _directory.Remove(endpoint.LocalAddress);
        RemoveName(endpoint);
        GiveBack(endpoint);
    }

    internal override async ValueTask SayGoodbyeAsync(RpmsgEndpoint endpoint)
    {
        if (!endpoint.IsAnnounced || CloseReason != RpmsgCloseReason.None)
        {
            return;
        }

        endpoint.IsAnnounced = false;
        using var deadline = new CancellationTokenSource(Options.GoodbyeTimeout);
        try
        {
            await AnnounceAsync(ToWire(endpoint.Name!), endpoint, isDestroy: true, deadline.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Log.GoodbyeLost(Logger, Name, endpoint.Name!);
        }
        catch (RpmsgClosedException)
        {
            // Nobody is left to be told.
        }
    }

    private RpmsgEndpoint Register(string? name, RpmsgEndpointOptions options)
    {
        ThrowIfClosed();
        uint address = options.LocalAddress;
        var endpoint = new RpmsgEndpoint(this, Engine, name, options);
        bool reserved = address == RpmsgAddress.NameService && Options.NameService;
        bool added = !reserved && _directory.TryAdd(endpoint, ref address);
        if (added && address == RpmsgAddress.NameService && Options.NameService)
        {
            // Handed out, since dynamic addresses begin that low.
            _directory.Remove(address);
            address = RpmsgAddress.Any;
            added = _directory.TryAdd(endpoint, ref address);
        }

        if (!added)
        {
            ThrowIfClosed();
            throw new ArgumentException(
                $"Address 0x{address:x} of link '{Name}' is " + (reserved ? "the name service's" : "taken")
                + "; choose another or leave it to the link (RpmsgAddress.Any).",
                nameof(options));
        }

        AddName(endpoint);

        // The link may have ended meanwhile, and have missed this endpoint when it ended all others.
        if (CloseReason is var reason and not RpmsgCloseReason.None)
        {
            _ = endpoint.Close(reason);
            throw BrokenException();
        }

        return endpoint;
    }

    private unsafe void HearAnnouncement(in RpmsgDelivery delivery)
    {
        RpmsgBuffer buffer = delivery.Buffer;
        if (!NameServiceMessage.TryRead(buffer.Payload, delivery.LengthBytes, out NameServiceMessage message))
        {
            DropAnnouncement("it is not 40 bytes, or its name or address is none");
            return;
        }

        RpmsgName wireName = message.Name;
        string name = Encoding.UTF8.GetString(((ReadOnlySpan<byte>)wireName)[..wireName.LengthBytes]);
        Hear(name, message.Address, message.IsDestroy);
    }

    private async ValueTask AnnounceAsync(
        RpmsgName name,
        RpmsgEndpoint endpoint,
        bool isDestroy,
        CancellationToken cancellationToken)
    {
        byte[] payload = new byte[NameServiceMessage.SizeBytes];
        _ = new NameServiceMessage(name, endpoint.LocalAddress, isDestroy).TryWrite(payload);
        uint source = endpoint.LocalAddress;
        if (Check(Engine.TrySend(source, RpmsgAddress.NameService, payload, flush: true), payload.Length))
        {
            return;
        }

        // The buffer that was waited for is the one to send: given back, it would go to those who wait behind.
        BufferLease lease = await Engine.RentAsync(cancellationToken).ConfigureAwait(false);
        _ = Check(Engine.SendCopy(lease, source, RpmsgAddress.NameService, payload), payload.Length);
    }

    private bool Check(RpmsgSendResult result, int lengthBytes) => result switch
    {
        RpmsgSendResult.Sent => true,
        RpmsgSendResult.NoBuffer => false,
        RpmsgSendResult.TooLong => throw new RpmsgMessageTooLongException(lengthBytes, MaxPayloadBytes),
        _ => throw BrokenException(),
    };
}
