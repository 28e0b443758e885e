// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What a driver says to a resource that it is shown before the library handles it.</summary>
public enum ResourceDecision
{
    /// <summary>It has nothing to say: the library handles the resource, or applies its policy for unknown
    /// ones.</summary>
    Default,

    /// <summary>The driver has handled it; the library leaves it alone.</summary>
    Handled,

    /// <summary>The firmware cannot run here with this resource: loading fails.</summary>
    Refused,
}
