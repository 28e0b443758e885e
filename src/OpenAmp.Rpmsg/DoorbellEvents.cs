// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg;

/// <summary>What a wait on a <see cref="LinkDoorbell"/> saw.</summary>
[Flags]
public enum DoorbellEvents
{
    /// <summary>Nothing: the time ran out.</summary>
    None = 0,

    /// <summary>The peer rang: something in the rings may have changed.</summary>
    Kicked = 1,

    /// <summary>This side called <see cref="LinkDoorbell.Wake"/>.</summary>
    Woken = 2,

    /// <summary>The peer is gone for good: its process ended or it closed the doorbell. Never taken back.</summary>
    PeerGone = 4,
}
