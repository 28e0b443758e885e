// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output.Devices;

/// <summary>What was found on the way from the kernel to the last message device.</summary>
internal sealed record DoctorReport(string Command, IReadOnlyList<PatientReport> Targets, string Result);

/// <summary>One processor or link and its stages, in the order in which each needs those before it.</summary>
internal sealed record PatientReport
{
    /// <summary>Its selector, such as kernel:cm4.</summary>
    public required string Target { get; init; }

    /// <summary>processor, link or machine.</summary>
    public required string Kind { get; init; }

    public required IReadOnlyList<StageReport> Stages { get; init; }

    /// <summary>The first stage that failed; <see langword="null"/> when none did.</summary>
    public string? FirstFailure { get; init; }
}

/// <summary>One stage.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Status">ok, warning, failed, skipped or not reached.</param>
/// <param name="Found">What was found, and for a failure the reason.</param>
/// <param name="Fix">What to do; <see langword="null"/> when there is nothing to do.</param>
internal sealed record StageReport(string Stage, string Status, string Found, string? Fix);
