// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>What a link has done so far. Counters never go back; each is exact, though not all of one moment.</summary>
public record struct RpmsgLinkStatistics
{
    /// <summary>Messages sent, announcements included.</summary>
    public ulong MessagesSent { get; set; }

    /// <summary>Payload bytes sent.</summary>
    public ulong BytesSent { get; set; }

    /// <summary>Messages received, announcements included.</summary>
    public ulong MessagesReceived { get; set; }

    /// <summary>Payload bytes received.</summary>
    public ulong BytesReceived { get; set; }

    /// <summary>Kicks sent.</summary>
    public ulong KicksSent { get; set; }

    /// <summary>Kicks left out because the peer asked for silence.</summary>
    public ulong KicksSuppressed { get; set; }

    /// <summary>Transmit buffers known to be free.</summary>
    public int FreeTransmitBuffers { get; set; }

    /// <summary>Received buffers that the program holds.</summary>
    public int HeldReceiveBuffers { get; set; }

    /// <summary>How often a sender had to wait for a buffer.</summary>
    public ulong SenderWaits { get; set; }

    /// <summary>How often the link's thread blocked.</summary>
    public ulong ThreadWaits { get; set; }

    /// <summary>Messages dropped because their endpoint's queue was full.</summary>
    public ulong DroppedQueueFull { get; set; }

    /// <summary>Messages dropped because no endpoint has their address.</summary>
    public ulong DroppedNoEndpoint { get; set; }

    /// <summary>Announcements dropped because they were malformed or too many waited.</summary>
    public ulong DroppedAnnouncements { get; set; }

    /// <summary>Things the peer wrote that no correct peer writes: bad indices, heads, chains, lengths.</summary>
    public ulong PeerFaults { get; set; }
}
