// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime;
using OpenAmp.Rpmsg;

namespace OpenAmp.CLibrary;

/// <summary>The functions of openamp.h, which says what they do.</summary>
/// <remarks>Exported as they are: entries from native code would announce themselves to a collector that is not there.
/// </remarks>
internal static unsafe class Exports
{
    [RuntimeExport("openamp_remote_init")]
    private static Error Initialize(Remote* remote, Config* config) => Remote.Initialize(remote, config);

    [RuntimeExport("openamp_remote_is_driven")]
    private static int IsDriven(Remote* remote) => remote->IsDriven ? 1 : 0;

    [RuntimeExport("openamp_remote_open")]
    private static Error Open(Remote* remote) => remote->Open();

    [RuntimeExport("openamp_remote_is_open")]
    private static int IsOpen(Remote* remote) => remote->IsOpen && remote->IsDriven ? 1 : 0;

    [RuntimeExport("openamp_remote_close")]
    private static void Close(Remote* remote) => remote->IsOpen = false;

    [RuntimeExport("openamp_remote_request_reset")]
    private static void RequestReset(Remote* remote) => remote->AskForReset();

    [RuntimeExport("openamp_remote_poll")]
    private static int Poll(Remote* remote, uint budget)
    {
        if (remote->IsPolling)
        {
            return (int)Error.Busy;
        }

        Error state = Check(remote);
        if (state != Error.Ok)
        {
            return (int)state;
        }

        remote->IsPolling = true;
        var handler = new Handler(remote->Config);
        int taken = remote->Engine.Poll(ref handler, budget > int.MaxValue ? int.MaxValue : (int)budget);
        remote->IsPolling = false;
        return taken == 0 && remote->Engine.IsBroken ? (int)Error.Broken : taken;
    }

    [RuntimeExport("openamp_remote_listen")]
    private static int Listen(Remote* remote, int wanted)
    {
        Error state = Check(remote);
        return state != Error.Ok ? (int)state : remote->Engine.SetReceiveNotifications(wanted != 0) ? 1 : 0;
    }

    [RuntimeExport("openamp_remote_listen_for_buffers")]
    private static int ListenForBuffers(Remote* remote, int wanted)
    {
        Error state = Check(remote);
        return state != Error.Ok ? (int)state : remote->Engine.SetTransmitNotifications(wanted != 0) ? 1 : 0;
    }

    [RuntimeExport("openamp_remote_rent")]
    private static Error Rent(Remote* remote, RpmsgBuffer* buffer)
    {
        *buffer = default;
        Error state = Check(remote);
        return state != Error.Ok ? state : Say(remote->Engine.TryRent(out *buffer));
    }

    [RuntimeExport("openamp_remote_return")]
    private static Error Return(Remote* remote, RpmsgBuffer* buffer)
    {
        Error state = Check(remote);
        if (state != Error.Ok)
        {
            return state;
        }

        if (buffer->Start == null)
        {
            return Error.Argument;
        }

        remote->Engine.ReleaseRented(*buffer);
        *buffer = default;
        return Error.Ok;
    }

    [RuntimeExport("openamp_remote_release")]
    private static Error Release(Remote* remote, RpmsgBuffer* buffer)
    {
        Error state = Check(remote);
        if (state != Error.Ok)
        {
            return state;
        }

        bool wasHeld = buffer->Start != null && remote->Engine.Release(*buffer);
        *buffer = default;
        return wasHeld ? Error.Ok : Error.Argument;
    }

    [RuntimeExport("openamp_remote_get_faults")]
    private static void GetFaults(Remote* remote, Faults* faults)
    {
        faults->ToHost = remote->Engine.TransmitFaults;
        faults->FromHost = remote->Engine.ReceiveFaults;
        faults->LengthsBeyondMessage = remote->Engine.LengthsBeyondBuffer;
        faults->UnknownDestinations = remote->Engine.UnknownDestinations;
        faults->BadAnnouncements = remote->Engine.BadAnnouncements;
    }

    [RuntimeExport("openamp_endpoint_create")]
    private static Error Create(Remote* remote, Endpoint* endpoint, uint address, void* onMessage, void* context)
    {
        if (onMessage == null)
        {
            return Error.Argument;
        }

        Error state = Check(remote);
        if (state != Error.Ok)
        {
            return state;
        }

        endpoint->Remote = remote;
        endpoint->OnMessage = onMessage;
        endpoint->Context = context;
        endpoint->Address = address;
        if (address == RpmsgAddress.Any)
        {
            return remote->Engine.TryCreateEndpoint((nint)endpoint, out endpoint->Address) ? Error.Ok : Error.NoRoom;
        }

        return remote->Engine.TryCreateEndpointAt(address, (nint)endpoint) ? Error.Ok : Error.AddressTaken;
    }

    [RuntimeExport("openamp_endpoint_destroy")]
    private static Error Destroy(Endpoint* endpoint)
    {
        Error state = Check(endpoint->Remote);
        return state != Error.Ok ? state
            : endpoint->Remote->Engine.TryDestroyEndpoint(endpoint->Address) ? Error.Ok : Error.Argument;
    }

    [RuntimeExport("openamp_endpoint_announce")]
    private static Error Announce(Endpoint* endpoint, byte* name) => Announce(endpoint, name, isDestroy: false);

    [RuntimeExport("openamp_endpoint_withdraw")]
    private static Error Withdraw(Endpoint* endpoint, byte* name) => Announce(endpoint, name, isDestroy: true);

    [RuntimeExport("openamp_endpoint_trysend")]
    private static Error TrySend(Endpoint* endpoint, uint destination, byte* payload, nuint lengthBytes)
    {
        Error state = Check(endpoint->Remote);
        if (state != Error.Ok)
        {
            return state;
        }

        // SAFETY: the caller has so many bytes there.
        return lengthBytes > RpmsgHeader.MaxPayloadBytes
            ? Error.TooLong
            : Say(endpoint->Remote->Engine.TrySend(endpoint->Address, destination, new(payload, (int)lengthBytes)));
    }

    [RuntimeExport("openamp_endpoint_send")]
    private static Error Send(Endpoint* endpoint, uint destination, byte* payload, nuint lengthBytes)
    {
        Error result;
        do
        {
            result = TrySend(endpoint, destination, payload, lengthBytes);
        }
        while (result == Error.NoBuffer && endpoint->Remote->WaitForBuffer());
        return result;
    }

    [RuntimeExport("openamp_endpoint_send_rented")]
    private static Error SendRented(Endpoint* endpoint, uint destination, RpmsgBuffer* buffer, nuint lengthBytes)
    {
        Error state = Check(endpoint->Remote);
        if (state != Error.Ok)
        {
            return state;
        }

        if (buffer->Start == null)
        {
            return Error.Argument;
        }

        Error result = lengthBytes > RpmsgHeader.MaxPayloadBytes
            ? Error.TooLong
            : Say(endpoint->Remote->Engine.SendRented(*buffer, endpoint->Address, destination, (ushort)lengthBytes));
        if (result == Error.Ok)
        {
            *buffer = default;
        }

        return result;
    }

    private static Error Announce(Endpoint* endpoint, byte* name, bool isDestroy)
    {
        int length = 0;
        while (length < RpmsgName.SizeBytes && name[length] != 0)
        {
            length++;
        }

        Error result;
        do
        {
            result = Check(endpoint->Remote);
            if (result == Error.Ok)
            {
                RpmsgSendResult sent = endpoint->Remote->Engine.TryAnnounce(
                    new ReadOnlySpan<byte>(name, length), endpoint->Address, isDestroy);
                result = sent == RpmsgSendResult.NoDestination ? Error.NoNameService : Say(sent);
            }
        }
        while (result == Error.NoBuffer && endpoint->Remote->WaitForBuffer());
        return result;
    }

    // The host may let go of the link at any time; its memory is not looked at from then on.
    private static Error Check(Remote* remote)
    {
        if (remote->IsOpen && remote->IsDriven)
        {
            return Error.Ok;
        }

        remote->IsOpen = false;
        return Error.Down;
    }

    private static Error Say(RpmsgSendResult result) => result switch
    {
        RpmsgSendResult.Sent => Error.Ok,
        RpmsgSendResult.NoBuffer => Error.NoBuffer,
        RpmsgSendResult.TooLong => Error.TooLong,
        RpmsgSendResult.Broken => Error.Broken,
        _ => Error.Argument,
    };
}
