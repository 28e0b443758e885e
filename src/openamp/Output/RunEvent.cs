// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Output;

/// <summary>One thing that happened while firmware ran, for programs. What does not belong to its kind is left out.
/// </summary>
internal sealed record RunEvent
{
    /// <summary>loaded, state, trace, output or end.</summary>
    public required string Event { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? Text { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    public string? Buffer { get; init; }

    public ulong? LostBytes { get; init; }

    public bool? IsError { get; init; }

    public RunSummary? Summary { get; init; }
}
