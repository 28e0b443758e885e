// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;

namespace OpenAmp.Fuzz.Tests;

/// <summary>How long a campaign runs, and from where.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Whence all random numbers come.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>For how long.</summary>
    public TimeSpan Time { get; init; } = DefaultTime;

    /// <summary>For how much longer on a busy machine: until it has done as much as its target expects at least, and
    /// has found a branch of its own.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>For how many runs at most; two campaigns of one seed that end by this are the same.</summary>
    public long MaxExecutions { get; init; } = long.MaxValue;

    /// <summary>The inputs to begin with.</summary>
    public IReadOnlyList<byte[]> Corpus { get; init; } = [];

    /// <summary>The time of one campaign in the tests: OPENAMP_FUZZ_SECONDS, 4 s unless set.</summary>
    public static TimeSpan DefaultTime { get; } = TimeSpan.FromSeconds(
        double.TryParse(
            Environment.GetEnvironmentVariable("OPENAMP_FUZZ_SECONDS"),
            CultureInfo.InvariantCulture,
            out double seconds)
            ? seconds : 4);
}
