// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace OpenAmp.Rpmsg;

/// <summary>The links' counters as instruments of the meter "OpenAmp.Rpmsg", one measurement a link, tagged with its
/// name. Read when somebody asks, so that counting costs a message nothing.</summary>
internal static class RpmsgMetrics
{
    public const string MeterName = "OpenAmp.Rpmsg";

    private static readonly ConcurrentDictionary<RpmsgLink, byte> Links = new();
    private static readonly Meter Meter = CreateMeter();

    public static void Add(RpmsgLink link)
    {
        Links[link] = 0;
        _ = Meter;
    }

    public static void Remove(RpmsgLink link) => Links.TryRemove(link, out _);

    private static Meter CreateMeter()
    {
        var meter = new Meter(MeterName);
        Counter("rpmsg.messages.sent", "{message}", "Messages sent", s => s.MessagesSent);
        Counter("rpmsg.messages.received", "{message}", "Messages received", s => s.MessagesReceived);
        Counter("rpmsg.bytes.sent", "By", "Payload bytes sent", s => s.BytesSent);
        Counter("rpmsg.bytes.received", "By", "Payload bytes received", s => s.BytesReceived);
        Counter("rpmsg.kicks.sent", "{kick}", "Kicks sent", s => s.KicksSent);
        Counter("rpmsg.kicks.suppressed", "{kick}", "Kicks the peer did not want", s => s.KicksSuppressed);
        Counter("rpmsg.sender.waits", "{wait}", "Times a sender waited for a buffer", s => s.SenderWaits);
        Counter("rpmsg.thread.waits", "{wait}", "Times the link's thread blocked", s => s.ThreadWaits);
        Counter("rpmsg.dropped.queue_full", "{message}", "Dropped: queue full", s => s.DroppedQueueFull);
        Counter("rpmsg.dropped.no_endpoint", "{message}", "Dropped: no endpoint", s => s.DroppedNoEndpoint);
        Counter("rpmsg.dropped.announcements", "{message}", "Dropped announcements", s => s.DroppedAnnouncements);
        Counter("rpmsg.peer.faults", "{fault}", "Nonsense from the peer", s => s.PeerFaults);
        meter.CreateObservableGauge(
            "rpmsg.buffers.free",
            () => Measure(static s => s.FreeTransmitBuffers),
            "{buffer}",
            "Transmit buffers known to be free");
        meter.CreateObservableGauge(
            "rpmsg.buffers.held",
            () => Measure(static s => s.HeldReceiveBuffers),
            "{buffer}",
            "Received buffers that the program holds");
        return meter;

        void Counter(string name, string unit, string description, Func<RpmsgLinkStatistics, ulong> read)
            => meter.CreateObservableCounter(name, () => Measure(s => (long)read(s)), unit, description);
    }

    private static IEnumerable<Measurement<T>> Measure<T>(Func<RpmsgLinkStatistics, T> read)
        where T : struct
    {
        foreach (RpmsgLink link in Links.Keys)
        {
            yield return new Measurement<T>(
                read(link.GetStatistics()),
                new KeyValuePair<string, object?>("link", link.Name));
        }
    }
}
