// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Linux;

/// <summary>What other programs did with a processor or a link that is shared. Counters never go back.</summary>
public record struct SharingStatistics
{
    /// <summary>Connections now.</summary>
    public int Connections { get; set; }

    /// <summary>Endpoints of other programs now.</summary>
    public int Endpoints { get; set; }

    /// <summary>Connections so far, refused ones included.</summary>
    public long ConnectionsSeen { get; set; }

    /// <summary>Connections refused because there were too many, or the system had no descriptor left.</summary>
    public long RefusedTooMany { get; set; }

    /// <summary>Connections refused because another user's process made them.</summary>
    public long RefusedForeign { get; set; }

    /// <summary>Requests refused because the options do not allow them.</summary>
    public long RefusedNotAllowed { get; set; }

    /// <summary>Packets that no correct program sends; each ended its connection.</summary>
    public long MalformedPackets { get; set; }

    /// <summary>Connections ended because the other program took or gave nothing in time.</summary>
    public long TimedOut { get; set; }

    /// <summary>Messages taken from other programs and sent.</summary>
    public long MessagesSent { get; set; }

    /// <summary>Messages received for other programs and handed on.</summary>
    public long MessagesReceived { get; set; }

    /// <summary>Messages dropped because another program did not read in time.</summary>
    public long MessagesDropped { get; set; }
}
