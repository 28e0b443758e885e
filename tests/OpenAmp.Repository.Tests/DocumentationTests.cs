// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAmp.Repository.Tests;

public sealed partial class DocumentationTests
{
    private const int MaxDecisionLines = 40;
    private const string UnreleasedHeading = "## [Unreleased]";

    private static readonly string[] DecisionHeadings = ["## Context", "## Decision", "## Price"];

    private static readonly Rule Links = new(
        IsMarkdown,
        file => from Match link in Link().Matches(CodeBlock().Replace(file.Text, ""))
                let target = link.Groups["target"].Value
                where !target.Contains("://", StringComparison.Ordinal) && !Exists(file, target)
                select $"{file.Path}: the link to {target} leads nowhere");

    private static readonly Rule Decisions = new(
        file => IsMarkdown(file) && file.IsUnder("docs/decisions"),
        file => DecisionHeadings.Except(file.Lines)
            .Select(heading => $"{file.Path}: the heading '{heading}' is missing")
            .Concat(file.Lines.Length > MaxDecisionLines
                ? [$"{file.Path}: {file.Lines.Length} lines, allowed are {MaxDecisionLines}"] : []));

    private static readonly Rule Unreleased = new(
        file => file.Path == "CHANGELOG.md",
        file => file.Lines.Contains(UnreleasedHeading)
            ? [] : [$"{file.Path}: the heading '{UnreleasedHeading}' is missing"]);

    [Fact]
    public void LinksBetweenPagesLeadSomewhere()
    {
        Links.AssertHolds();
        Links.AssertCatches("docs/a.md", "[b](no-such-page.md#c)", "[b](../LICENSE), [c](#d), [e](https://a.example)");
    }

    [Fact]
    public void DecisionsHaveContextDecisionAndPrice()
    {
        Decisions.AssertHolds();
        string good = string.Join("\n\n", DecisionHeadings);
        Decisions.AssertCatches("docs/decisions/0000-a.md", "## Context", good);
        Decisions.AssertCatches("docs/decisions/0000-a.md", good + new string('\n', MaxDecisionLines), good);
    }

    [Fact]
    public void TheChangelogHasAnUnreleasedSection()
    {
        Unreleased.AssertHolds();
        Unreleased.AssertCatches("CHANGELOG.md", "# Changelog\n", "# Changelog\n\n## [Unreleased]\n");
    }

    private static bool IsMarkdown(SourceFile file) => file.Path.EndsWith(".md", StringComparison.Ordinal);

    private static bool Exists(SourceFile page, string target)
    {
        string path = Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(page.Path)!, target);
        string full = Path.GetFullPath(path);
        return full.StartsWith(RepositoryFiles.Root, StringComparison.Ordinal) && Path.Exists(full);
    }

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
