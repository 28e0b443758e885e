// SPDX-License-Identifier: BSD-3-Clause
// Reaches all of the core that has type arguments, in both roles. That it compiles and links is the test.

using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Platform;
using OpenAmp.Rpmsg;

namespace System.Runtime
{
    internal sealed class RuntimeExportAttribute(string entry) : Attribute
    {
        public string Entry => entry;
    }

    internal sealed class RuntimeImportAttribute(string library, string entry) : Attribute
    {
        public string Library => library;

        public string Entry => entry;
    }
}

internal unsafe struct Machine : IPlatform
{
    public void Notify(uint notifyId) => Ring(notifyId);

    public bool TryTranslate(DeviceAddress address, ulong lengthBytes, out byte* pointer)
    {
        pointer = (byte*)(nuint)address.Value;
        return address.Value >= 0x2000_0000 && lengthBytes < 0x100_0000;
    }

    public static void FullFence() => Interlocked.MemoryBarrier();

    public void Clean(void* start, nuint lengthBytes)
    {
    }

    public void Invalidate(void* start, nuint lengthBytes)
    {
    }

    public static void CopyToShared(byte* destination, ReadOnlySpan<byte> source)
        => source.CopyTo(new Span<byte>(destination, source.Length));

    public static void Prefetch(void* start)
    {
    }

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "test_ring")]
    private static extern void Ring(uint notifyId);
}

internal struct Handler : IRpmsgHandler
{
    public bool OnMessage(nint context, in RpmsgDelivery delivery) => context == 3;

    public void OnNameService(in NameServiceMessage message)
    {
    }
}

internal struct PlainIndex
{
    private ushort _value;

    public void WriteRelease(ushort value) => _value = value;
}

internal static unsafe class Roots
{
    [RuntimeExport("test_device")]
    private static int Device(RpmsgLayout* layout, byte* workspace, EndpointList* endpoints, byte* text)
    {
        RpmsgSetupResult result = RpmsgDevice.TryCreate(
            default(Machine), *layout, workspace, out DeviceTransmitPort<Machine> transmit,
            out DeviceReceivePort<Machine> receive);
        var engine = new RpmsgEngine<DeviceTransmitPort<Machine>, DeviceReceivePort<Machine>, Machine>(
            default, transmit, receive, *endpoints, nameService: true);
        return result == RpmsgSetupResult.Ok ? Use(ref engine, text) : -1;
    }

    [RuntimeExport("test_driver")]
    private static int Driver(RpmsgLayout* layout, byte* workspace, EndpointList* endpoints, byte* text)
    {
        RpmsgSetupResult result = RpmsgDriver.TryCreate(
            default(Machine), *layout, workspace, out DriverTransmitPort<Machine> transmit,
            out DriverReceivePort<Machine> receive);
        var engine = new RpmsgEngine<DriverTransmitPort<Machine>, DriverReceivePort<Machine>, Machine>(
            default, transmit, receive, *endpoints, nameService: true);
        return result == RpmsgSetupResult.Ok ? Use(ref engine, text) : -1;
    }

    // The control: the same stores without order, which the check of the order must find.
    [RuntimeExport("test_plain_publish")]
    private static void PlainPublish(uint* element, PlainIndex* index, uint value)
    {
        *element = value;
        index->WriteRelease((ushort)value);
    }

    // The control of the fence: what the peer may have written is read without one after what was published.
    [RuntimeExport("test_publish_and_look")]
    private static ushort PublishAndLook(PublishedIndex* index, PublishedIndex* peer, uint value)
    {
        index->WriteRelease((ushort)value);
        return peer->ReadAcquire();
    }

    [RuntimeExport("test_publish")]
    private static void Publish(uint* element, PublishedIndex* index, uint value)
    {
        *element = value;
        index->WriteRelease((ushort)value);
    }

    private static int Use<TTransmit, TReceive>(ref RpmsgEngine<TTransmit, TReceive, Machine> engine, byte* text)
        where TTransmit : struct, ITransmitPort
        where TReceive : struct, IReceivePort
    {
        Handler handler = default;
        _ = RpmsgName.TryCreate(new ReadOnlySpan<byte>(text, 8), out RpmsgName name);
        _ = engine.TryCreateEndpoint(3, out uint address);
        _ = engine.TryCreateEndpointAt(9, 4);
        _ = engine.TryAnnounce(name, address, isDestroy: false);
        _ = engine.TrySend(address, 1, new ReadOnlySpan<byte>(text, 8));
        if (engine.TryRent(out RpmsgBuffer buffer) == RpmsgSendResult.Sent)
        {
            _ = engine.SendRented(buffer, address, 1, 4);
        }

        _ = engine.SetReceiveNotifications(wanted: true);
        _ = engine.TryDestroyEndpoint(address);
        return engine.Poll(ref handler, 8);
    }
}
