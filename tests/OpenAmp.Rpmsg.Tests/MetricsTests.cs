// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace OpenAmp.Rpmsg.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task EachLinksCountersAreInstrumentsTaggedWithItsName()
    {
        string name = Guid.NewGuid().ToString();
        var values = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "OpenAmp.Rpmsg")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.ToArray().Any(tag => tag.Key == "link" && (string?)tag.Value == name))
            {
                values[instrument.Name] = value;
            }
        });
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) =>
        {
            if (tags.ToArray().Any(tag => tag.Key == "link" && (string?)tag.Value == name))
            {
                values[instrument.Name] = value;
            }
        });
        listener.Start();
        await using Rig rig = Rig.StartAlone(
            VirtioRole.Driver,
            RigOptions.Small with { Driver = new() { Name = name } });
        RpmsgEndpoint endpoint = rig.Link.CreateEndpoint(new() { LocalAddress = 9, RemoteAddress = 7 });
        Assert.True(endpoint.TrySend("four"u8));
        rig.Peer.Send(7, 9, "seven b"u8);
        rig.Peer.Send(7, 4711, "nobody"u8);
        rig.Peer.Send(7, RpmsgAddress.NameService, "malformed"u8);
        using RpmsgMessage message = await endpoint.ReceiveAsync(rig.Token);
        await rig.UntilAsync(() => rig.Link.GetStatistics().DroppedAnnouncements == 1);

        listener.RecordObservableInstruments();

        Assert.Equal(1, values["rpmsg.messages.sent"]);
        Assert.Equal(4, values["rpmsg.bytes.sent"]);
        Assert.Equal(3, values["rpmsg.messages.received"]);
        Assert.Equal(22, values["rpmsg.bytes.received"]);
        Assert.Equal(1, values["rpmsg.dropped.no_endpoint"]);
        Assert.Equal(1, values["rpmsg.dropped.announcements"]);
        Assert.Equal(0, values["rpmsg.dropped.queue_full"]);
        Assert.Equal(0, values["rpmsg.peer.faults"]);
        Assert.Equal(0, values["rpmsg.sender.waits"]);
        Assert.Equal(3, values["rpmsg.buffers.free"]);
        Assert.Equal(0, values["rpmsg.buffers.held"]);
        Assert.True(values["rpmsg.kicks.sent"] > 0);
        Assert.True(values.ContainsKey("rpmsg.kicks.suppressed"));
        Assert.True(values.ContainsKey("rpmsg.thread.waits"));

        await rig.Link.DisposeAsync();
        values.Clear();
        listener.RecordObservableInstruments();
        Assert.Empty(values);
    }

    [Fact]
    public async Task WhatWouldRepeatIsLoggedOnceWithTheLinksName()
    {
        var logger = new RecordingLogger();
        await using Rig rig = Rig.StartAlone(
            VirtioRole.Driver,
            new() { Driver = new() { Name = "loud", Logger = logger } });
        _ = rig.Link.CreateEndpoint(new() { LocalAddress = 9, ReceiveQueueCapacity = 1 });

        for (int i = 0; i < 5; i++)
        {
            rig.Peer.Send(7, 9, "too many"u8);
            rig.Peer.Send(7, 4711, "nobody"u8);
        }

        rig.Peer.Announce("svc", 5);
        rig.Peer.Announce("svc", 5, isDestroy: true);
        await rig.SettleAsync();

        Assert.Single(logger.OfId(6));
        Assert.Single(logger.OfId(7));
        Assert.Single(logger.OfId(3));
        Assert.Single(logger.OfId(4));
        Assert.All(logger.Entries, entry => Assert.Contains("'loud'", entry.Message, StringComparison.Ordinal));
        Assert.All(logger.OfId(6), entry => Assert.Equal(LogLevel.Warning, entry.Level));
        Assert.Equal(5ul - 1, rig.Link.GetStatistics().DroppedQueueFull);
    }
}
