// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Tool.Output;

/// <summary>One thing that happened while firmware ran, for programs. What does not belong to its kind is left out.
/// </summary>
internal sealed record RunEvent
{
    /// <summary>loaded, state, service, gdb, trace, output or end.</summary>
    public required string Event { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? Text { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    /// <summary>A service's address.</summary>
    public string? Address { get; init; }

    /// <summary>Of the first service: how long after the command began.</summary>
    public double? AfterMilliseconds { get; init; }

    public string? Buffer { get; init; }

    public ulong? LostBytes { get; init; }

    public bool? IsError { get; init; }

    public RunSummary? Summary { get; init; }
}
