// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>What a remote processor says it is doing, in its table's processor state item.</summary>
/// <remarks>The remote may write any number; one that is not named here is to be shown, and otherwise taken for
/// <see cref="Unknown"/>.</remarks>
public enum ProcessorState : uint
{
    /// <summary>Nothing was said yet: the value in an image.</summary>
    Unknown = 0,

    /// <summary>The firmware runs and prepares itself.</summary>
    Starting = 1,

    /// <summary>The firmware does its work.</summary>
    Running = 2,

    /// <summary>The firmware saves power and answers no message until it is asked to run.</summary>
    Suspended = 3,

    /// <summary>The firmware was asked to stop and is putting things in order.</summary>
    Stopping = 4,

    /// <summary>The firmware has ended; the processor may be stopped without loss.</summary>
    Stopped = 5,

    /// <summary>The firmware noticed that it cannot go on; the detail word says why.</summary>
    Crashed = 6,
}
