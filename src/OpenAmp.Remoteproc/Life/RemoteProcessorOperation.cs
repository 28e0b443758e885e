// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What can be done to a processor, or happen to it.</summary>
public enum RemoteProcessorOperation
{
    /// <summary>Firmware is loaded.</summary>
    Load,

    /// <summary>It is started.</summary>
    Start,

    /// <summary>It is stopped.</summary>
    Stop,

    /// <summary>It is held.</summary>
    Suspend,

    /// <summary>It goes on.</summary>
    Resume,

    /// <summary>It is joined while it runs.</summary>
    Attach,

    /// <summary>It is left running.</summary>
    Detach,

    /// <summary>It crashes by itself.</summary>
    Crash,

    /// <summary>It is stopped, dumped, loaded and started after a crash.</summary>
    Recover,

    /// <summary>Its firmware is let go.</summary>
    Shutdown,
}
