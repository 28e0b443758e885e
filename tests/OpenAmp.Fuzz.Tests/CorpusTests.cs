// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Every kept input, one by one, on the libraries as they are built.</summary>
public sealed class CorpusTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Files
        => FuzzTarget.All.SelectMany(target => Corpus.FilesOf(target.Name)
            .Select(file => new TheoryDataRow<string, string>(target.Name, Path.GetFileName(file))));

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryKeptInputKeepsThePromises(string targetName, string file)
    {
        FuzzTarget target = FuzzTarget.Find(targetName);
        byte[] input = File.ReadAllBytes(Path.Combine(Corpus.FolderOf(targetName), file));

        FuzzFailure? failure = FuzzProbe.Check(target, target.Plain(), input);

        Assert.True(failure is null, failure?.Text);
    }

    [Fact]
    public void EveryTargetHasItsSeeds()
    {
        foreach (FuzzTarget target in FuzzTarget.All)
        {
            string[] expected = [.. SeedFiles.For(target.Name).Select(seed => Corpus.SeedPrefix + seed.Name).Order()];

            Assert.NotEmpty(expected);
            Assert.Equal(expected, Corpus.FilesOf(target.Name).Select(Path.GetFileName)
                .Where(name => name!.StartsWith(Corpus.SeedPrefix, System.StringComparison.Ordinal)));
        }
    }
}
