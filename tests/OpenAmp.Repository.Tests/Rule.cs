// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace OpenAmp.Repository.Tests;

/// <summary>A rule about single files: which files it reads, and what it finds wrong in one.</summary>
internal sealed record Rule(Func<SourceFile, bool> AppliesTo, Func<SourceFile, IEnumerable<string>> FindViolations)
{
    /// <summary>Reads the whole repository. Fails on a violation, and when there was no file to read.</summary>
    public void AssertHolds()
    {
        SourceFile[] files = [.. RepositoryFiles.All.Where(AppliesTo)];
        Assert.NotEmpty(files);
        AssertNone(files.SelectMany(FindViolations));
    }

    /// <summary>The control: the rule must find something wrong in a bad sample, and nothing in a good one.</summary>
    public void AssertCatches(string path, string bad, string good)
    {
        Assert.True(AppliesTo(new SourceFile(path, bad)), $"The rule does not read {path}.");
        Assert.NotEmpty(FindViolations(new SourceFile(path, bad)));
        AssertNone(FindViolations(new SourceFile(path, good)));
    }

    public static void AssertNone(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, $"{found.Length} violations:\n{string.Join('\n', found)}");
    }
}
