// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Simulation;

/// <summary>One end of a wire.</summary>
internal enum SimulatedSide
{
    /// <summary>The program that loads and starts.</summary>
    Host,

    /// <summary>The firmware.</summary>
    Remote,
}
