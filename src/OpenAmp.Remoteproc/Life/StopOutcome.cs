// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Remoteproc;

/// <summary>How a processor came to stand still.</summary>
public enum StopOutcome
{
    /// <summary>It was not running.</summary>
    NotRunning,

    /// <summary>It was asked to end, and answered in time.</summary>
    Acknowledged,

    /// <summary>It was asked to end, did not answer in time, and was stopped by force.</summary>
    ForcedAfterDeadline,

    /// <summary>It was stopped without being asked: its firmware offers no such service, or it had crashed.</summary>
    Stopped,
}
