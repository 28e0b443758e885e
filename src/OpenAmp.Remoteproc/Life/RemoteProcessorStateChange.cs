// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Remoteproc;

/// <summary>A processor's state has changed.</summary>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Crash">The crash, when it is one.</param>
public sealed record RemoteProcessorStateChange(
    RemoteProcessorState From,
    RemoteProcessorState To,
    DateTimeOffset Time,
    RemoteCrash? Crash)
{
    /// <summary>The processor's how-manieth change it is, from 1 on: a number left out is a change that was missed.
    /// </summary>
    public long Number { get; init; }
}
