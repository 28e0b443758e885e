// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>How a stage is.</summary>
internal enum StageStatus
{
    /// <summary>As it must be.</summary>
    Ok,

    /// <summary>It works, and something is worth knowing.</summary>
    Warning,

    /// <summary>It does not work, and what comes after it cannot.</summary>
    Failed,

    /// <summary>This target does not need it.</summary>
    Skipped,
}
