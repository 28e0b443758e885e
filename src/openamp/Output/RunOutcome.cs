// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Tool.Output;

/// <summary>How a run ended, and what went wrong in one line.</summary>
internal sealed record RunOutcome(RunResult Result, string? Error = null)
{
    /// <summary>The outcome in one word.</summary>
    public string Word => Result switch
    {
        RunResult.Ok => "ok",
        RunResult.Interrupted => "interrupted",
        _ => "failed",
    };
}
