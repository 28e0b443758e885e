// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Firmware.IvshmemEcho;

/// <summary>The sample's host: when the remote announces "k" it sends a string many times, each after the last came
/// back, and tells how many came back as they were.</summary>
internal unsafe struct HostSide : IRpmsgHandler
{
    private const uint MessageCount = 1000;
    private const int EndpointSlots = 4;
    private const int Budget = 16;

    // The string, a number of four letters, and the zero that ends it.
    private const int TextBytes = 18;
    private const int MessageBytes = TextBytes + 5;

    private static RpmsgEngine<
        DriverTransmitPort<IvshmemPlatform<Board>>,
        DriverReceivePort<IvshmemPlatform<Board>>,
        IvshmemPlatform<Board>> s_engine;

    private static LiveStatus s_status;

    private uint _local;
    private uint _remote;
    private uint _sent;
    private uint _intact;

    private static ReadOnlySpan<byte> Text => "RPMsg over IVSHMEM"u8;

    /// <summary>Sets the link up anew and serves it until the status is cleared: the remote has left.</summary>
    public static void Serve(
        IvshmemPlatform<Board> platform, in RpmsgLayout layout, LiveStatus status, byte* workspace)
    {
        s_status = status;
        status.Write(VirtioStatus.None);
        var slots = (EndpointEntry*)workspace;
        if (RpmsgDriver.TryCreate(
            platform,
            layout,
            (byte*)(slots + EndpointSlots),
            out DriverTransmitPort<IvshmemPlatform<Board>> transmit,
            out DriverReceivePort<IvshmemPlatform<Board>> receive) != RpmsgSetupResult.Ok)
        {
            Panic.With("the rings do not fit"u8);
        }

        s_engine = new(
            platform, transmit, receive, new EndpointList(slots, EndpointSlots, RpmsgAddress.FirstDynamic), true);
        HostSide host = default;
        _ = s_engine.TryCreateEndpoint(0, out host._local);
        status.Write(VirtioStatus.DriverOk);
        platform.Notify(0);
        Console.Write("ready\n"u8);
        var reminder = Reminder.Begin();
        while (Machine.IsDriven(status))
        {
            if (s_engine.Poll(ref host, Budget) == 0)
            {
                if (!s_engine.SetReceiveNotifications(wanted: true))
                {
                    Board.Sleep();
                }

                _ = s_engine.SetReceiveNotifications(wanted: false);
                reminder.Consider(platform);
            }
        }
    }

    /// <inheritdoc/>
    public bool OnMessage(nint context, in RpmsgDelivery delivery)
    {
        Span<byte> expected = stackalloc byte[MessageBytes];
        Fill(expected);
        _intact += AreEqual(delivery.Payload, expected) ? 1u : 0u;
        _sent++;
        if (_sent < MessageCount)
        {
            Send();
            return false;
        }

        Console.Write(_intact);
        Console.Write(" of "u8);
        Console.Write(_sent);
        Console.Write(" messages came back intact\n"u8);
        return false;
    }

    /// <inheritdoc/>
    public void OnNameService(in NameServiceMessage message)
    {
        _ = RpmsgName.TryCreate("k"u8, out RpmsgName name);
        if (!message.IsDestroy && message.Name.IsSameAs(name))
        {
            _remote = message.Address;
            _sent = 0;
            _intact = 0;
            Send();
        }
    }

    // One message is under way at a time; but the remote may answer many before it gives the buffers back.
    private readonly void Send()
    {
        Span<byte> message = stackalloc byte[MessageBytes];
        Fill(message);
        while (s_engine.TrySend(_local, _remote, message) == RpmsgSendResult.NoBuffer && WaitForBuffer())
        {
            // There is one now.
        }
    }

    /// <summary>Sleeps until there is a buffer to send in. False when the remote has left.</summary>
    private static bool WaitForBuffer()
    {
        while (!s_engine.SetTransmitNotifications(wanted: true) && Machine.IsDriven(s_status))
        {
            Board.Sleep();
        }

        _ = s_engine.SetTransmitNotifications(wanted: false);
        return Machine.IsDriven(s_status);
    }

    private static bool AreEqual(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        bool equal = one.Length == other.Length;
        for (int i = 0; equal && i < one.Length; i++)
        {
            equal = one[i] == other[i];
        }

        return equal;
    }

    private readonly void Fill(Span<byte> message)
    {
        Text.CopyTo(message);
        for (int i = 0; i < 4; i++)
        {
            message[TextBytes + i] = (byte)('a' + ((_sent >> (4 * i)) & 15));
        }

        message[MessageBytes - 1] = 0;
    }
}
