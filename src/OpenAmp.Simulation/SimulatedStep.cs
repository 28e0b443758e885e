// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Simulation;

/// <summary>A step of a processor's driver at which something can be made to go wrong.</summary>
public enum SimulatedStep
{
    /// <summary>The driver is initialised.</summary>
    Initialize,

    /// <summary>The processor is prepared for a load.</summary>
    Prepare,

    /// <summary>A virtio device's doorbell is made. It cannot wait, so it can only fail or crash.</summary>
    CreateDoorbell,

    /// <summary>The processor is started.</summary>
    Start,

    /// <summary>The processor is stopped.</summary>
    Stop,

    /// <summary>What was prepared is undone.</summary>
    Shutdown,

    /// <summary>The processor is held.</summary>
    Suspend,

    /// <summary>The processor goes on.</summary>
    Resume,

    /// <summary>The running processor is joined.</summary>
    Attach,

    /// <summary>The processor is left running.</summary>
    Detach,

    /// <summary>The driver is removed. It must not fail, so it can only hang or wait.</summary>
    Remove,
}
