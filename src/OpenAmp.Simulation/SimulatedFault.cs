// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Remoteproc;

namespace OpenAmp.Simulation;

/// <summary>Something that goes wrong.</summary>
/// <param name="Kind">What.</param>
public readonly record struct SimulatedFault(SimulatedFaultKind Kind)
{
    /// <summary>Something that goes wrong, with nothing more to say about it.</summary>
    /// <param name="kind">What.</param>
    public static implicit operator SimulatedFault(SimulatedFaultKind kind) => new(kind);

    /// <summary>How long a <see cref="SimulatedFaultKind.Delay"/> takes.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How the processor fails when it is a <see cref="SimulatedFaultKind.Crash"/>.</summary>
    public CrashKind Crash { get; init; }
}
