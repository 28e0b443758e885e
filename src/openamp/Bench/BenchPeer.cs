// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Bench;

/// <summary>The process that a benchmark measures against: it does its half of what it is told.</summary>
internal sealed class BenchPeer : IDisposable
{
    /// <summary>The hidden command that starts it.</summary>
    public const string Command = "bench-peer";

    /// <summary>The host's threads run on the first processor, the peer's on the second.</summary>
    public const int Processor = 1;

    private readonly BenchWires _wires;
    private readonly byte[] _private = new byte[RpmsgHeader.MaxPayloadBytes];

    private BenchPeer(string wires) => _wires = BenchWires.CreatePeer(wires);

    public static async Task<int> RunAsync(string wires)
    {
        // Ctrl-C goes to both processes; the host ends the peer when it has cleaned up.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        try
        {
            return await ServeAsync(wires).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The host is gone; it has said why, if it could.
            return 1;
        }
    }

    public void Dispose() => _wires.Dispose();

    private static async Task<int> ServeAsync(string wires)
    {
        using var peer = new BenchPeer(wires);
        BenchInterop.Pin(Processor);
        RpmsgLink? link = null;
        while (peer.NextOrder() is var order && order.Task != BenchTask.End)
        {
            switch (order.Task)
            {
                case BenchTask.OpenLink:
                    link = await peer.OpenAsync(order).ConfigureAwait(false);
                    break;
                case BenchTask.CloseLink:
                    await link!.DisposeAsync().ConfigureAwait(false);
                    break;
                default:
                    BenchInterop.Pin(Processor);
                    peer.Serve(order);
                    break;
            }

            peer.Acknowledge();
        }

        return 0;
    }

    private unsafe BenchOrder NextOrder()
    {
        BenchOrder order;
        BenchInterop.ReadAll(_wires.Control, &order, sizeof(BenchOrder));
        return order;
    }

    private unsafe void Acknowledge()
    {
        byte done = 1;
        BenchInterop.WriteAll(_wires.Control, &done, 1);
    }

    private void Serve(in BenchOrder order)
    {
        switch (order.Task)
        {
            case BenchTask.CacheLine:
                Baselines.CacheLinePeer(_wires, order.Count);
                break;
            case BenchTask.EventFd:
                Baselines.EventFdPeer(_wires, order.Count);
                break;
            case BenchTask.StreamSocket:
                Baselines.StreamSocketPeer(_wires, order.Count);
                break;
            case BenchTask.Datagrams:
                Baselines.Receive(_wires.Datagram, order.SizeBytes, order.Count);
                break;
            case BenchTask.StreamBytes:
                Baselines.Receive(_wires.Stream, order.SizeBytes, order.Count);
                break;
            case BenchTask.Copy:
                Baselines.CopyOut(_wires, order.SizeBytes, order.Count);
                break;
            default:
                throw new InvalidOperationException($"The benchmark's peer does not know task {order.Task}.");
        }
    }

    private async Task<RpmsgLink> OpenAsync(BenchOrder order)
    {
        using var deadline = new CancellationTokenSource(BenchHost.OpenTimeout);
        RpmsgLink link = await TwoProcessLink.OpenAsync(
            BenchHost.LinkOptions(_wires, order, VirtioRole.Device, SocketSide.Client),
            deadline.Token).ConfigureAwait(false);
        bool pinned = false;
        _ = link.CreateEndpoint(new RpmsgEndpointOptions
        {
            LocalAddress = BenchEndpoints.Echo,
            InlineHandler = (RpmsgEndpoint endpoint, ref RpmsgInlineMessage message) =>
            {
                PinOnce(ref pinned);
                Answer(endpoint, message.Source, message.Payload);
            },
        });
        _ = link.CreateEndpoint(new RpmsgEndpointOptions
        {
            LocalAddress = BenchEndpoints.Sink,
            InlineHandler = (RpmsgEndpoint endpoint, ref RpmsgInlineMessage message) =>
            {
                PinOnce(ref pinned);
                message.Payload.CopyTo(_private);
                if (_private[0] == BenchEndpoints.LastMark)
                {
                    Answer(endpoint, message.Source, []);
                }
            },
        });
        return link;
    }

    private static void PinOnce(ref bool pinned)
    {
        if (!pinned)
        {
            pinned = true;
            BenchInterop.Pin(Processor);
        }
    }

    private static void Answer(RpmsgEndpoint endpoint, uint address, ReadOnlySpan<byte> payload)
    {
        // The host takes every answer before it sends on, so a buffer is always free.
        if (!endpoint.TrySendTo(payload, address))
        {
            throw new InvalidOperationException("The benchmark's peer found no buffer for its answer.");
        }
    }
}
