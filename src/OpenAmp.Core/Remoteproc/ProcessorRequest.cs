// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What the host asks of a remote processor, in its table's processor state item.</summary>
/// <remarks>A remote that does not know a number goes on as if nothing were asked.</remarks>
public enum ProcessorRequest : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Go on, or wake up.</summary>
    Run = 1,

    /// <summary>Save power, and say <see cref="ProcessorState.Suspended"/>.</summary>
    Suspend = 2,

    /// <summary>Put things in order, and say <see cref="ProcessorState.Stopped"/>.</summary>
    Stop = 3,
}
