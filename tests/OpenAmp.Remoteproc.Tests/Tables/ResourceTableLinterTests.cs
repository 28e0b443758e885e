// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Tables;

public sealed partial class ResourceTableLinterTests
{
    public static TheoryData<string> RuleIds => [.. ResourceTableRule.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void RuleIsBrokenByItsTableAloneAndKeptByTheRightOne(string ruleId)
    {
        LintCase example = LintCases.All.Single(example => example.RuleId == ruleId);
        Assert.Equal([ruleId], example.FindWrong().Distinct());
        Assert.Empty(example.FindRight());
    }

    [Fact]
    public void DocumentationListsTheRulesOfTheCode()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "resource-table.md"));
        IEnumerable<string> listed = RuleRow().Matches(text)
            .Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value} {row.Groups[3].Value}");
        Assert.Equal(ResourceTableRule.All.Select(rule => $"{rule.Id} {rule.Severity} {rule.Title}"), listed);
    }

    [Fact]
    public void FindingSaysWhereItIsInTableAndFile()
    {
        byte[] table = GoldenTables.TwoRings;
        table[0x38] = 3;
        var options = new ResourceTableLintOptions { Placement = new TablePlacement { FileOffsetBytes = 0x1000 } };

        ResourceTableDiagnostic found
            = ResourceTableLinter.Lint(table, options).Single(found => found.RuleId == "RSC012");
        Assert.Equal((0x38u, 0x1038L, ResourceTableSeverity.Error),
            (found.OffsetBytes, found.FileOffsetBytes, found.Severity));
        Assert.Contains("expected a power of two", found.Message, StringComparison.Ordinal);
        Assert.Contains("259", found.Message, StringComparison.Ordinal);
        Assert.StartsWith("Error RSC012: table 0x38 (file 0x1038): ", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFaultOfATableIsReportedAtOnce()
    {
        byte[] table = GoldenTables.EveryKind;
        table[0x3C] = 1;
        table[0x7C] = 1;
        table[0x108] = 3;

        Assert.Equal(
            ["RSC003", "RSC003", "RSC012"],
            ResourceTableLinter.Lint(table).Select(found => found.RuleId));
    }

    [Fact]
    public void TableThatSuitsAPeerHasNoFinding()
    {
        byte[] forLinux = new ResourceTableBuilder()
            .AddCarveout("text", 0x10_0000).AddRpmsgVdev(256).AddTrace("log", 0x1000, 0x1000).ToBytes();
        Assert.Empty(ResourceTableLinter.Lint(forLinux));

        var c = new ResourceTableLintOptions { Peers = ResourceTablePeers.OpenAmpC };
        Assert.Empty(ResourceTableLinter.Lint(GoldenTables.TwoRings, c));
    }

    [Fact]
    public void WhatLiesInsideACarveoutDoesNotOverlapIt()
    {
        var own = new ResourceTableLintOptions { Peers = ResourceTablePeers.ThisLibrary };
        byte[] inside = new ResourceTableBuilder()
            .AddCarveout("shared", 0x10000, 0x1_0000).AddTrace("log", 0x1_F000, 0x1000).ToBytes();
        Assert.Empty(ResourceTableLinter.Lint(inside, own));
        byte[] across = new ResourceTableBuilder()
            .AddCarveout("shared", 0x10000, 0x1_0000).AddTrace("log", 0x1_F001, 0x1000).ToBytes();
        Assert.Equal("RSC043", Assert.Single(ResourceTableLinter.Lint(across, own)).RuleId);
    }

    [GeneratedRegex(@"^\| (RSC\d{3}) \| (\w+) \| ([^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex RuleRow();
}
