// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Firmware.IvshmemEcho;

/// <summary>The sample's remote: announces "k" and sends back whatever comes.</summary>
internal unsafe struct RemoteSide : IRpmsgHandler
{
    private const int EndpointSlots = 4;
    private const int Budget = 16;

    private static RpmsgEngine<
        DeviceTransmitPort<IvshmemPlatform<Board>>,
        DeviceReceivePort<IvshmemPlatform<Board>>,
        IvshmemPlatform<Board>> s_engine;

    private static LiveStatus s_status;

    /// <summary>Waits for the driver and serves it until it is gone.</summary>
    public static void Serve(
        IvshmemPlatform<Board> platform, in RpmsgLayout layout, LiveStatus status, byte* workspace)
    {
        s_status = status;
        while (!Machine.IsDriven(status))
        {
            Board.Sleep();
        }

        var slots = (EndpointEntry*)workspace;
        if (RpmsgDevice.TryCreate(
            platform,
            layout,
            (byte*)(slots + EndpointSlots),
            out DeviceTransmitPort<IvshmemPlatform<Board>> transmit,
            out DeviceReceivePort<IvshmemPlatform<Board>> receive) != RpmsgSetupResult.Ok)
        {
            Panic.With("the rings do not fit"u8);
        }

        s_engine = new(
            platform, transmit, receive, new EndpointList(slots, EndpointSlots, RpmsgAddress.FirstDynamic), true);
        _ = s_engine.TryCreateEndpoint(0, out uint address);
        _ = RpmsgName.TryCreate("k"u8, out RpmsgName name);
        while (s_engine.TryAnnounce(name, address, isDestroy: false) == RpmsgSendResult.NoBuffer && WaitForBuffer())
        {
            // A driver that has just begun has buffers, or soon will.
        }

        Console.Write("ready\n"u8);
        RemoteSide handler = default;
        var reminder = Reminder.Begin();
        while (Machine.IsDriven(status))
        {
            if (s_engine.Poll(ref handler, Budget) == 0)
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
    public readonly bool OnMessage(nint context, in RpmsgDelivery delivery)
    {
        while (s_engine.TrySend(delivery.Destination, delivery.Source, delivery.Payload) == RpmsgSendResult.NoBuffer
            && WaitForBuffer())
        {
            // The driver gives buffers back as it reads.
        }

        return false;
    }

    /// <inheritdoc/>
    public readonly void OnNameService(in NameServiceMessage message)
    {
        // The sample's host announces nothing.
    }

    /// <summary>Sleeps until there is a buffer to send in. False when the driver is gone.</summary>
    private static bool WaitForBuffer()
    {
        while (!s_engine.SetTransmitNotifications(wanted: true) && Machine.IsDriven(s_status))
        {
            Board.Sleep();
        }

        _ = s_engine.SetTransmitNotifications(wanted: false);
        return Machine.IsDriven(s_status);
    }
}
