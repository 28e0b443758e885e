// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.Rpmsg;
using OpenAmp.Tool.Services;

namespace OpenAmp.Tool.Bench;

/// <summary>The process that measures: it starts its peer, which is the same program, and tells it what to
/// do.</summary>
internal sealed class BenchHost : IAsyncDisposable
{
    public static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(20);

    private const int Processor = 0;

    private readonly BenchWires _wires = BenchWires.CreateHost();
    private readonly Process _peer;
    private int _linkCount;

    private BenchHost()
    {
        _peer = Process.Start(OwnProgram.StartInfo(BenchPeer.Command, _wires.ToArgument()))!;
        BenchInterop.Pin(Processor);
    }

    public BenchWires Wires => _wires;

    /// <summary>Starts the peer.</summary>
    public static BenchHost Start() => new();

    public static TwoProcessLinkOptions LinkOptions(
        BenchWires wires,
        in BenchOrder order,
        VirtioRole role,
        SocketSide side) => new()
        {
            Role = role,
            Side = side,
            Place = wires.PlaceOf(order.LinkNumber) with { Doorbell = (DoorbellKind)order.Doorbell },
            Link = new RpmsgLinkOptions { Name = "bench", WaitMode = (WaitMode)order.WaitMode },
        };

    /// <summary>Runs one task: the peer's half there, the host's half here. Seconds until both were done.</summary>
    public double Run(BenchOrder order, Action hostHalf)
    {
        BenchInterop.Pin(Processor);
        Tell(order);
        long start = Stopwatch.GetTimestamp();
        hostHalf();
        AwaitPeer();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public async Task<BenchLink> OpenLinkAsync(
        WaitMode mode,
        WaitMode peerMode,
        DoorbellKind doorbell = DoorbellKind.SocketByte)
    {
        var order = new BenchOrder
        {
            Task = BenchTask.OpenLink,
            WaitMode = (int)peerMode,
            Doorbell = (int)doorbell,
            LinkNumber = ++_linkCount,
        };
        Tell(order);
        using var deadline = new CancellationTokenSource(OpenTimeout);
        RpmsgLink link = await TwoProcessLink.OpenAsync(
            LinkOptions(_wires, order with { WaitMode = (int)mode }, VirtioRole.Driver, SocketSide.Server),
            deadline.Token).ConfigureAwait(false);
        AwaitPeer();
        return new BenchLink(this, link, Processor, order.LinkNumber);
    }

    public async Task CloseLinkAsync(RpmsgLink link, int linkNumber)
    {
        Tell(new BenchOrder { Task = BenchTask.CloseLink });
        AwaitPeer();
        await link.DisposeAsync().ConfigureAwait(false);
        Remove(linkNumber);
    }

    /// <summary>Processor time of both processes so far.</summary>
    public TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        _peer.Refresh();
        return self.TotalProcessorTime + _peer.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_peer.HasExited)
        {
            Tell(new BenchOrder { Task = BenchTask.End });
            using var deadline = new CancellationTokenSource(OpenTimeout);
            await _peer.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }

        // Those of links that were opened and, for whatever reason, not closed.
        for (int number = 1; number <= _linkCount; number++)
        {
            Remove(number);
        }

        _peer.Dispose();
        _wires.Dispose();
    }

    private void Remove(int linkNumber)
    {
        TwoProcessOptions place = _wires.PlaceOf(linkNumber);
        _ = SharedMemory.Unlink(place.SharedMemoryName);
        File.Delete(place.SocketPath);
    }

    private unsafe void Tell(BenchOrder order)
        => BenchInterop.WriteAll(_wires.Control, &order, sizeof(BenchOrder));

    private unsafe void AwaitPeer()
    {
        byte done;
        BenchInterop.ReadAll(_wires.Control, &done, 1);
    }
}
