// SPDX-License-Identifier: BSD-3-Clause

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpenAmp.Memory;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;
using Engine = OpenAmp.Rpmsg.RpmsgEngine<
    OpenAmp.Rpmsg.DeviceTransmitPort<OpenAmp.CoreCost.BenchPlatform>,
    OpenAmp.Rpmsg.DeviceReceivePort<OpenAmp.CoreCost.BenchPlatform>,
    OpenAmp.CoreCost.BenchPlatform>;

namespace OpenAmp.CoreCost;

/// <summary>Plays the host's side in the same image, and polls the core. The script compare counts the instructions
/// from each call of <see cref="RunPoll"/> to its return; each call of <see cref="RunPhase"/> is a phase of its own.
/// c/harness.c does the same in C.</summary>
internal static unsafe class Harness
{
    private const uint Entries = 64;
    private const uint Alignment = 4096;
    private const uint BufferBytes = 512;
    private const uint Messages = 128;
    private const int Budget = 16;
    private const uint HostAddress = 0x500;
    private const uint Workspace = 0x2158_0000;
    private const uint Endpoints = 0x2157_0000;
    private const uint ToDriver = 0;
    private const uint ToDevice = 1;

    private static Engine s_engine;
    private static uint s_echoAddress;
    private static ushort s_offeredToDriver;
    private static ushort s_offeredToDevice;
    private static ushort s_reapedFromDriver;
    private static ushort s_reapedFromDevice;
    private static uint s_failures;

    [UnmanagedCallersOnly(EntryPoint = "openamp_main")]
    public static void Main()
    {
        bool passed = SetUp();
        for (uint payload = 8; passed && payload <= 256; payload = payload == 8 ? 32 : payload * 8)
        {
            RunPhase(payload, 1);
            RunPhase(payload, 16);
        }

        Finish(passed && s_failures == 0);
    }

    // The start file asks for these two. Neither is expected.
    [UnmanagedCallersOnly(EntryPoint = "openamp_interrupt")]
    public static void Interrupt() => Finish(false);

    [UnmanagedCallersOnly(EntryPoint = "openamp_report")]
    public static void Report(void* record) => Finish(false);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool SetUp()
    {
        LayOut(ToDriver, ref s_offeredToDriver);
        LayOut(ToDevice, ref s_offeredToDevice);
        AvailOf(ToDevice)[0] = 1;

        RpmsgLayout layout = default;
        layout.ToDriver.RingAddress = new DeviceAddress(RingAt(ToDriver));
        layout.ToDevice.RingAddress = new DeviceAddress(RingAt(ToDevice));
        layout.ToDevice.NotifyId = 1;
        layout.UsedLength = UsedLength.WholeBuffer;
        var endpoints = new EndpointList((EndpointEntry*)Endpoints, 8, RpmsgAddress.FirstDynamic);
        if (!QueueSize.TryCreate(Entries, out QueueSize size)
            || !VringLayout.TryCreate(size, Alignment, out layout.ToDriver.Ring)
            || !VringLayout.TryCreate(size, Alignment, out layout.ToDevice.Ring)
            || RpmsgDevice.TryCreateEngine(
                default(BenchPlatform), layout, (byte*)Workspace, endpoints, true, out s_engine)
                != RpmsgSetupResult.Ok)
        {
            return false;
        }

        // As the echo firmware does it: a service that comes, one that goes, and one at a fixed address.
        if (!s_engine.TryCreateEndpoint(0, out s_echoAddress)
            || s_engine.TryAnnounce("rpmsg-openamp-demo-channel"u8, s_echoAddress, false) != RpmsgSendResult.Sent
            || !s_engine.TryCreateEndpointAt(1, 0)
            || !s_engine.TryDestroyEndpoint(1)
            || s_engine.SetReceiveNotifications(true))
        {
            return false;
        }

        s_reapedFromDevice = 1;
        Offer(ToDriver, ref s_offeredToDriver);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunPhase(uint payloadBytes, uint batch)
    {
        for (uint sent = 0; sent < Messages; sent += batch)
        {
            for (uint i = 0; i < batch; i++)
            {
                Send(payloadBytes);
            }

            s_failures += RunPoll() != (int)batch ? 1u : 0u;
            for (uint i = 0; i < batch; i++)
            {
                Reap(payloadBytes);
            }
        }

        s_failures += s_reapedFromDevice != UsedOf(ToDriver)[1] ? 1u : 0u;
        s_failures += s_reapedFromDriver != UsedOf(ToDevice)[1] ? 1u : 0u;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunPoll()
    {
        EchoHandler handler = default;
        return s_engine.Poll(ref handler, Budget);
    }

    // SAFETY, for all below: the pool holds two rings and their buffers, and nobody else uses it.
    private static uint RingAt(uint ring) => BenchPlatform.PoolStart + (ring * 0x4000);

    private static uint BufferAt(uint ring, uint slot)
        => BenchPlatform.PoolStart + 0x10_0000 + (((ring * Entries) + slot) * BufferBytes);

    private static ushort* AvailOf(uint ring) => (ushort*)(RingAt(ring) + (16 * Entries));

    private static ushort* UsedOf(uint ring) => (ushort*)(RingAt(ring) + Alignment);

    private static void Offer(uint ring, ref ushort offered)
    {
        uint slot = offered % Entries;
        AvailOf(ring)[2 + slot] = (ushort)slot;
        offered++;
        ((PublishedIndex*)(AvailOf(ring) + 1))->WriteRelease(offered);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LayOut(uint ring, ref ushort offered)
    {
        for (uint slot = 0; slot < Entries; slot++)
        {
            VirtqDesc* descriptor = (VirtqDesc*)RingAt(ring) + slot;
            descriptor->Address = BufferAt(ring, slot);
            descriptor->LengthBytes = BufferBytes;
            descriptor->Flags = ring == ToDriver ? VirtqDescFlags.Write : VirtqDescFlags.None;
            if (ring == ToDriver)
            {
                Offer(ring, ref offered);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Send(uint payloadBytes)
    {
        var header = (RpmsgHeader*)BufferAt(ToDevice, s_offeredToDevice % Entries);
        header->Source = HostAddress;
        header->Destination = s_echoAddress;
        header->LengthBytes = (ushort)payloadBytes;
        for (uint i = 0; i < payloadBytes; i++)
        {
            ((byte*)(header + 1))[i] = (byte)(i + s_offeredToDevice);
        }

        Offer(ToDevice, ref s_offeredToDevice);
    }

    /// <summary>One echo must be there, and be the message that was sent.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Reap(uint payloadBytes)
    {
        var elements = (UsedElement*)(UsedOf(ToDriver) + 2);
        var header = (RpmsgHeader*)BufferAt(ToDriver, elements[s_reapedFromDevice % Entries].Head);
        s_failures += header->LengthBytes != payloadBytes || header->Destination != HostAddress ? 1u : 0u;
        for (uint i = 0; i < payloadBytes; i++)
        {
            s_failures += ((byte*)(header + 1))[i] != (byte)(i + s_reapedFromDriver) ? 1u : 0u;
        }

        s_reapedFromDevice++;
        s_reapedFromDriver++;
        Offer(ToDriver, ref s_offeredToDriver);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Finish(bool passed)
    {
        // SAFETY: the UART and the reset register of this board.
        *(uint*)0x4000_4010 = 16;
        *(uint*)0x4000_4008 = 1;
        foreach (byte letter in passed ? "passed\n"u8 : "failed\n"u8)
        {
            *(uint*)0x4000_4000 = letter;
        }

        *(uint*)0xE000_ED0C = 0x05FA_0004;
        while (true)
        {
            // Until the reset takes hold.
        }
    }

    private struct EchoHandler : IRpmsgHandler
    {
        public static bool HearsNameService => BenchPlatform.IsFull;

        public readonly bool OnMessage(nint context, in RpmsgDelivery delivery)
        {
            _ = s_engine.TrySend(delivery.Destination, delivery.Source, delivery.Payload);
            return false;
        }

        public readonly void OnNameService(in NameServiceMessage message)
        {
            // The harness announces nothing to itself.
        }
    }
}
