// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Fuzz.Tests;

/// <summary>What a campaign did.</summary>
/// <param name="ExecutionCount">Inputs tried.</param>
/// <param name="EdgeCount">Branches taken.</param>
/// <param name="SeedEdgeCount">Branches that the corpus it began with took.</param>
/// <param name="Corpus">The inputs that took a branch for the first time.</param>
/// <param name="Failure">The first input that broke a promise, made as short as time allowed.</param>
internal sealed record FuzzResult(
    long ExecutionCount,
    int EdgeCount,
    int SeedEdgeCount,
    IReadOnlyList<byte[]> Corpus,
    FuzzFailure? Failure);
