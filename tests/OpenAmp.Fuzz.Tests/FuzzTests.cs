// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Xunit;

namespace OpenAmp.Fuzz.Tests;

/// <summary>A short campaign for each target, from a fixed seed and the kept inputs.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    public static IEnumerable<TheoryDataRow<string>> Targets
        => FuzzTarget.All.Select(target => new TheoryDataRow<string>(target.Name));

    [Theory]
    [MemberData(nameof(Targets))]
    public void NoInputBreaksThePromises(string targetName)
    {
        FuzzTarget target = FuzzTarget.Find(targetName);
        long startedAt = Stopwatch.GetTimestamp();

        var options = new FuzzOptions { Corpus = Corpus.Read(target), Patience = TimeSpan.FromSeconds(30) };
        FuzzResult result = new FuzzCampaign(target, options).Run(TestContext.Current.CancellationToken);

        output.WriteLine(FuzzCommand.Describe(target, result, Stopwatch.GetElapsedTime(startedAt)));
        Assert.True(result.Failure is null, result.Failure is null ? "" : Corpus.Report(target, result.Failure));
        Assert.True(result.ExecutionCount >= target.MinimumExecutions, $"Only {result.ExecutionCount} inputs ran.");
        Assert.True(result.EdgeCount >= target.MinimumEdges, $"Only {result.EdgeCount} branches were taken.");
        Assert.True(result.EdgeCount > result.SeedEdgeCount, "No branch was found beyond those of the kept inputs.");
    }
}
