// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Messages;

/// <summary>How to ping.</summary>
internal sealed record PingOptions
{
    /// <summary>How many; 0 is without end.</summary>
    public required long Count { get; init; }

    /// <summary>Length of each message.</summary>
    public required int LengthBytes { get; init; }

    /// <summary>From one ping to the next; zero sends the next as soon as the last is answered or lost.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>How long an answer may take, from before the ping is sent.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Whether an answer that contains the ping will do, as from services that put a text before it.</summary>
    public bool AcceptsMore { get; init; }
}
