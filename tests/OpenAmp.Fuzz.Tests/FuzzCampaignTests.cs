// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using OpenAmp.Fuzz.Tests.Planted;
using Xunit;

namespace OpenAmp.Fuzz.Tests;

/// <summary>The fuzzer finds bugs that are there: without this its silence would mean nothing.</summary>
public sealed class FuzzCampaignTests(ITestOutputHelper output)
{
    private static FuzzOptions Options => new() { Time = TimeSpan.FromSeconds(30) };

    [Fact]
    public void AMissingLengthCheckBehindAMagicNumberIsFound()
    {
        FuzzFailure failure = FindIn(PlantedTargets.MissingCheck);

        Assert.Equal("exception", failure.Kind);
        Assert.Contains(nameof(ArgumentOutOfRangeException), failure.Text, StringComparison.Ordinal);
        Assert.True(failure.Input.Length < 32, $"It was not made short: {failure.Input.Length} bytes.");
    }

    [Fact]
    public void AnAllocationThatTheInputChoosesIsFound()
        => Assert.Equal("allocation", FindIn(PlantedTargets.UnboundedAllocation).Kind);

    [Fact]
    public void ALoopThatTheInputClosesIsFound() => Assert.Equal("time", FindIn(PlantedTargets.EndlessLoop).Kind);

    [Fact]
    public void ASeedGivesTheSameInputsAgain()
    {
        FuzzOptions options = Options with { MaxExecutions = 2000, Corpus = Corpus.Read(FuzzTarget.Find("table")) };

        FuzzResult first = Run(FuzzTarget.Find("table"), options);
        FuzzResult second = Run(FuzzTarget.Find("table"), options);
        FuzzResult other = Run(FuzzTarget.Find("table"), options with { Seed = 2 });

        Assert.True(first.Corpus.Count > 20, $"Only {first.Corpus.Count} inputs were kept.");
        Assert.Equal(first.Corpus.Select(Convert.ToHexString), second.Corpus.Select(Convert.ToHexString));
        Assert.NotEqual(first.Corpus.Select(Convert.ToHexString), other.Corpus.Select(Convert.ToHexString));
    }

    private static FuzzResult Run(FuzzTarget target, FuzzOptions options)
        => new FuzzCampaign(target, options).Run(TestContext.Current.CancellationToken);

    private FuzzFailure FindIn(FuzzTarget target)
    {
        FuzzResult result = Run(target, Options);
        output.WriteLine($"{target}: {result.ExecutionCount} runs, {result.EdgeCount} branches");
        return Assert.IsType<FuzzFailure>(result.Failure);
    }
}
