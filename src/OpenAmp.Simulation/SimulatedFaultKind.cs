// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Simulation;

/// <summary>What goes wrong at a step.</summary>
public enum SimulatedFaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The step fails at once, with a <see cref="Remoteproc.RemoteProcessorException"/>.</summary>
    Fail,

    /// <summary>The step takes <see cref="SimulatedFault.Delay"/> longer.</summary>
    Delay,

    /// <summary>The step does not end before its token does.</summary>
    Hang,

    /// <summary>The step does not end before the driver is removed, whatever its token says.</summary>
    NeverReturn,

    /// <summary>The processor crashes, and the step goes on.</summary>
    Crash,
}
