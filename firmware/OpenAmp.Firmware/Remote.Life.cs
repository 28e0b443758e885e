// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware;

/// <content>From start to end.</content>
public unsafe partial struct Remote<TBoard>
{
    private static ReadOnlySpan<byte> ShutdownServiceName => "rpmsg-shutdown"u8;

    /// <summary>Runs the firmware until it ends: waits for the host, serves the link, and waits again when the host
    /// has let go of it.</summary>
    /// <typeparam name="TFirmware">The program.</typeparam>
    public static void Run<TFirmware>()
        where TFirmware : struct, IFirmware<TFirmware, TBoard>
    {
        TBoard.Start();
        Processor.UnmaskInterrupts();
        if (TFirmware.TickMilliseconds != 0)
        {
            TBoard.StartTick(TFirmware.TickMilliseconds);
        }

        TFirmware.Prepare();
        ref Remote<TBoard> remote = ref Memory<TFirmware>.Remote;
        do
        {
            remote = default;
            remote._vdev = VdevRegisters.Find();
            remote.Await(isDriven: true);
            if (remote.TryOpen())
            {
                remote.Serve<TFirmware>();
            }

            if (remote._vdev.IsDriven && !remote._isEnding)
            {
                // The host's rings make no sense, or no longer do.
                FirmwareTrace.Write("needs reset\n"u8);
                remote._vdev.AskForReset();
                TBoard.Ring(0);
                remote.Await(isDriven: false);
            }
        }
        while (!remote._isEnding);
    }

    /// <summary>Called by the processor at each interrupt.</summary>
    /// <typeparam name="TFirmware">The program.</typeparam>
    public static void Interrupt<TFirmware>()
        where TFirmware : struct, IFirmware<TFirmware, TBoard>
    {
        int number = TBoard.OnInterrupt();
        if (number >= 0)
        {
            TFirmware.OnInterrupt(number);
        }
    }

    // Whoever changes the status rings after it. It may also have been changed before we could hear, so: look first.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void Await(bool isDriven)
    {
        while (_vdev.IsDriven != isDriven)
        {
            TBoard.Sleep();
        }
    }

    /// <summary>Takes the rings that the host has set up. False when they are nothing this side can use.</summary>
    private bool TryOpen()
    {
        ImageLayout* image = Processor.Image();
        RpmsgLayout layout = default;
        if (!_vdev.TryReadRing(0, ref layout.ToDriver)
            || !_vdev.TryReadRing(1, ref layout.ToDevice)
            || RpmsgDevice.WorkspaceBytes(layout) > (nuint)(image->WorkspaceEnd - image->WorkspaceStart))
        {
            return false;
        }

        return RpmsgDevice.TryAttach(
            default,
            default(BoardPlatform<TBoard>),
            layout,
            image->WorkspaceStart,
            ref _transmitter.Port,
            ref _receiver.Port) == RpmsgSetupResult.Ok;
    }

    private void Serve<TFirmware>()
        where TFirmware : struct, IFirmware<TFirmware, TBoard>
    {
        ref TFirmware firmware = ref Memory<TFirmware>.Firmware;
        firmware = default;
        if (TFirmware.HasShutdownService)
        {
            _shutdownAddress = Offer(ShutdownServiceName);
        }

        firmware.Start(ref this);
        uint lastTick = 0;
        while (_vdev.IsDriven && !_isEnding)
        {
            bool isBusy = TFirmware.Work(ref firmware, ref this);
            bool isReady = TFirmware.IsReady(ref firmware);
            RpmsgReceiveResult result;
            RpmsgDelivery delivery;
            if (isReady)
            {
                result = _receiver.TryReceive(out delivery);
            }
            else
            {
                result = RpmsgReceiveResult.Empty;
                delivery = default;
            }

            if (result == RpmsgReceiveResult.Message)
            {
                Dispatch(ref firmware, delivery);
            }

            if (delivery.HoldsBuffer)
            {
                _ = _receiver.GiveBack(delivery.Buffer);
                _receiver.Flush();
            }
            else if (result == RpmsgReceiveResult.Empty)
            {
                if (!isBusy && !(_receiver.Port.SetNotifications(wanted: true) && isReady))
                {
                    TBoard.Sleep();
                }

                _ = _receiver.Port.SetNotifications(wanted: false);
            }
            else if (result == RpmsgReceiveResult.Broken)
            {
                return;
            }

            if (TFirmware.TickMilliseconds != 0 && TBoard.Ticks != lastTick)
            {
                lastTick = TBoard.Ticks;
                TFirmware.OnTick(ref firmware, ref this);
            }
        }
    }

    private void Dispatch<TFirmware>(ref TFirmware firmware, in RpmsgDelivery delivery)
        where TFirmware : struct, IFirmware<TFirmware, TBoard>
    {
        uint destination = delivery.Destination;
        uint offered = destination - RpmsgAddress.FirstDynamic;
        if (TFirmware.HasShutdownService && destination == _shutdownAddress)
        {
            FirmwareTrace.Write("asked to end\n"u8);
            _ = Reply(delivery, delivery.Payload);
            End();
        }
        else if (TFirmware.TakesEveryAddress || (offered < EndpointCount
            ? ((_offered >> (int)offered) & 1) != 0
            : destination < EndpointCount && ((_opened >> (int)destination) & 1) != 0))
        {
            firmware.OnMessage(ref this, delivery);
        }
        else if (destination != RpmsgAddress.NameService)
        {
            UnknownDestinations++;
        }
        else if (TFirmware.HearsNameService
            && NameServiceMessage.TryRead(delivery.Buffer.Payload, delivery.LengthBytes, out var message))
        {
            TFirmware.OnNameService(ref firmware, ref this, message);
        }
    }

    /// <summary>The memory of a program: there is one.</summary>
    private static class Memory<TFirmware>
        where TFirmware : struct, IFirmware<TFirmware, TBoard>
    {
        public static Remote<TBoard> Remote;
        public static TFirmware Firmware;
    }
}
