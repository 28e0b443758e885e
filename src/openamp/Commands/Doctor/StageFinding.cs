// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Commands.Doctor;

/// <summary>What was found at one stage.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Found">What was found, and why that is bad when it is.</param>
/// <param name="Fix">What to do about it.</param>
internal sealed record StageFinding(StageStatus Status, string Found, string? Fix = null)
{
    public static StageFinding Ok(string found) => new(StageStatus.Ok, found);

    public static StageFinding Skipped(string why) => new(StageStatus.Skipped, why);

    public static StageFinding Warning(string found, string fix) => new(StageStatus.Warning, found, fix);

    public static StageFinding Failed(string found, string fix) => new(StageStatus.Failed, found, fix);
}
