// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Tool.Output;

/// <summary>What a crash left: the record of it, and what its core dump tells.</summary>
internal sealed record CrashReport
{
    /// <summary>What happened, where and in which line of the source, in words.</summary>
    public required string Cause { get; init; }

    /// <summary>The function, and how far in it.</summary>
    public required string? Symbol { get; init; }

    /// <summary>Length of the core dump.</summary>
    public required long CoreDumpBytes { get; init; }

    /// <summary>The registers as the dump has them.</summary>
    public required IReadOnlyList<RegisterReport> Registers { get; init; }

    /// <summary>Words on the stack that look like return addresses.</summary>
    public required IReadOnlyList<ReturnAddressReport> Calls { get; init; }
}
