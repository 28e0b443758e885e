// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Globalization;
using System.Linq;
using OpenAmp.Linux;

namespace OpenAmp.Tool.Bench;

/// <summary>Everything the two processes share besides links: descriptors and a piece of raw memory.</summary>
internal sealed unsafe class BenchWires : IDisposable
{
    private const int AreaBytes = 1 << 20;

    private readonly int[] _descriptors;
    private readonly SharedMemory _memory;
    private readonly bool _isHost;

    private BenchWires(string tag, int[] descriptors, bool isHost)
    {
        Tag = tag;
        _descriptors = descriptors;
        _isHost = isHost;
        _memory = SharedMemory.OpenOrCreate(tag + ".raw", AreaBytes);
    }

    /// <summary>Unique among all benchmarks that run now.</summary>
    public string Tag { get; }

    public byte* Area => _memory.Region.Start;

    // Descriptor order: control, stream, datagram (host's end, peer's end each), then the two eventfds.
    public int Control => _descriptors[_isHost ? 0 : 1];

    public int Stream => _descriptors[_isHost ? 2 : 3];

    public int Datagram => _descriptors[_isHost ? 4 : 5];

    /// <summary>The eventfd this side writes.</summary>
    public int Ring => _descriptors[_isHost ? 6 : 7];

    /// <summary>The eventfd this side reads.</summary>
    public int Rung => _descriptors[_isHost ? 7 : 6];

    public static BenchWires CreateHost()
    {
        (int controlHost, int controlPeer) = BenchInterop.CreateSocketPair(datagrams: false);
        (int streamHost, int streamPeer) = BenchInterop.CreateSocketPair(datagrams: false);
        (int datagramHost, int datagramPeer) = BenchInterop.CreateSocketPair(datagrams: true);
        int[] descriptors =
        [
            controlHost, controlPeer, streamHost, streamPeer, datagramHost, datagramPeer,
            BenchInterop.CreateEventFd(), BenchInterop.CreateEventFd(),
        ];
        return new BenchWires($"openamp.bench.{Environment.ProcessId}", descriptors, isHost: true);
    }

    /// <summary>Takes over what the host put on the peer's command line.</summary>
    public static BenchWires CreatePeer(string argument)
    {
        string[] parts = argument.Split(',');
        int[] descriptors = [.. parts.Skip(1).Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        return new BenchWires(parts[0], descriptors, isHost: false);
    }

    /// <summary>What the peer's command line says.</summary>
    public string ToArgument() => string.Join(',', [Tag, .. _descriptors.Select(number => $"{number}")]);

    public TwoProcessOptions PlaceOf(int linkNumber) => new()
    {
        SharedMemoryName = $"{Tag}.{linkNumber}",
        SocketPath = $"/tmp/{Tag}.{linkNumber}",
    };

    public void Dispose()
    {
        _memory.Dispose();
        if (_isHost)
        {
            _ = SharedMemory.Unlink(Tag + ".raw");
        }
    }
}
