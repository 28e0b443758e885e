// SPDX-License-Identifier: BSD-3-Clause

using System;
using HdrHistogram;
using OpenAmp.Rpmsg;

namespace OpenAmp.Tool.Services;

/// <summary>What a session did, over all its peers.</summary>
internal sealed class SessionTotals
{
    private ServiceTally? _last;

    public int PeerCount { get; private set; }

    public int LostPeerCount { get; set; }

    public long Messages { get; private set; }

    public long Errors { get; private set; }

    public long Bytes { get; private set; }

    public TimeSpan Busy { get; private set; }

    public ulong KicksSent { get; private set; }

    public ulong KicksSuppressed { get; private set; }

    public ulong PeerFaults { get; private set; }

    /// <summary>The round trips of the last peer; only one peer is asked anything.</summary>
    public HistogramBase? RoundTrips => _last?.RoundTrips;

    /// <summary>Adds one peer.</summary>
    public void Add(ServiceTally tally, in RpmsgLinkStatistics statistics)
    {
        _last = tally;
        PeerCount++;
        Messages += tally.Messages;
        Errors += tally.Errors;
        Bytes += tally.Bytes;
        Busy += tally.Busy;
        KicksSent += statistics.KicksSent;
        KicksSuppressed += statistics.KicksSuppressed;
        PeerFaults += statistics.PeerFaults;
    }
}
