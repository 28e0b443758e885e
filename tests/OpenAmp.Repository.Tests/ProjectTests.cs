// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace OpenAmp.Repository.Tests;

public sealed partial class ProjectTests
{
    private const string Anything = "all";

    // Who may know whom: the table of docs/architecture.md says the same, and a test compares the two.
    private static readonly (string From, string To)[] Arrows =
    [
        ("OpenAmp.Rpmsg", "OpenAmp.Core"),
        ("OpenAmp.Remoteproc", "OpenAmp.Rpmsg"),
        ("OpenAmp.Remoteproc", "OpenAmp.Elf"),
        ("OpenAmp.Simulation", "OpenAmp.Remoteproc"),
        ("OpenAmp.Linux", "OpenAmp.Remoteproc"),
        ("OpenAmp.Qemu", "OpenAmp.Linux"),
        ("OpenAmp.UserModeLinux", "OpenAmp.Linux"),
        ("OpenAmp.Firmware", "OpenAmp.Core"),
        ("openamp", Anything),
    ];

    private static readonly Rule References = new(
        file => IsProject(file) && (file.IsUnder("src") || file.IsUnder("firmware/OpenAmp.Firmware")),
        file => from target in Includes(file, "ProjectReference").Select(Path.GetFileNameWithoutExtension)
                let source = Path.GetFileNameWithoutExtension(file.Path)
                where !Arrows.Any(arrow => arrow.From == source && (arrow.To == target || arrow.To == Anything))
                select $"{file.Path}: an arrow from {source} to {target} is not in the table");

    private static readonly Rule Pinned = new(
        file => file.Path == "Directory.Packages.props",
        file => from package in Elements(file, "PackageVersion")
                let version = package.Attribute("Version")?.Value ?? ""
                where !ExactVersion().IsMatch(version)
                select $"{file.Path}: {package.Attribute("Include")?.Value} has version '{version}': pin one version");

    private static readonly Rule NoVersions = new(
        IsProject,
        file => from package in Elements(file, "PackageReference")
                where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
                select $"{file.Path}: the version of {package.Attribute("Include")?.Value} stands elsewhere");

    [Fact]
    public void ProjectsKnowOnlyWhatTheTableAllows()
    {
        References.AssertHolds();
        References.AssertCatches("src/OpenAmp.Core/OpenAmp.Core.csproj", Reference("OpenAmp.Elf"), "<Project />");
        References.AssertCatches(
            "src/OpenAmp.Linux/OpenAmp.Linux.csproj", Reference("OpenAmp.Core"), Reference("OpenAmp.Remoteproc"));
    }

    [Fact]
    public void TheArchitecturePageHasTheSameTable()
    {
        string[] table = [.. Arrows.Select(arrow => $"{arrow.From} -> {arrow.To}").Order(StringComparer.Ordinal)];
        if (RepositoryFiles.Find("docs/architecture.md") is { } page)
        {
            Assert.Equal(table, ReadArrows(page.Text));
        }

        Assert.Equal(["a -> b"], ReadArrows("""
            | x | y |
            <!-- arrows:begin -->
            | From | To | Why |
            |---|---|---|
            | `a` | `b` | a sentence |
            <!-- arrows:end -->
            """));
    }

    [Fact]
    public void EveryPackageHasOneVersion()
    {
        Pinned.AssertHolds();
        NoVersions.AssertHolds();
        Pinned.AssertCatches("Directory.Packages.props", Package("Version=\"1.*\""), Package("Version=\"1.2.3\""));
        Pinned.AssertCatches("Directory.Packages.props", Package("Version=\"[1.0,)\""), Package("Version=\"1.2.3-b\""));
        NoVersions.AssertCatches(
            "src/A/A.csproj", "<Project><PackageReference Include=\"A\" Version=\"1.2.3\" /></Project>", "<Project />");
    }

    [Fact]
    public void EveryPackageIsUsedAndExplained()
    {
        SourceFile versions = RepositoryFiles.Find("Directory.Packages.props")!;
        IReadOnlyList<SourceFile> files = RepositoryFiles.All;
        Assert.NotEmpty(Includes(versions, "PackageVersion"));
        Rule.AssertNone(FindUnexplained(versions, files));

        var unused = new SourceFile(versions.Path, Package("Version=\"1.2.3\""));
        Assert.Equal(2, FindUnexplained(unused, files).Count());
    }

    private static IEnumerable<string> FindUnexplained(SourceFile versions, IReadOnlyList<SourceFile> files)
    {
        HashSet<string> used = [.. files.Where(IsProject).SelectMany(file => Includes(file, "PackageReference"))];
        string decisions = string.Concat(files.Where(file => file.IsUnder("docs/decisions")).Select(file => file.Text));
        foreach (string package in Includes(versions, "PackageVersion"))
        {
            if (!used.Contains(package))
            {
                yield return $"{versions.Path}: no project uses {package}: remove it";
            }

            if (!Regex.IsMatch(decisions, $@"(?<![\w.]){Regex.Escape(package)}(?!\.?\w)"))
            {
                yield return $"{versions.Path}: docs/decisions does not say why {package} is here";
            }
        }
    }

    private static IEnumerable<string> ReadArrows(string page)
        => ArrowTable().Match(page).Groups["rows"].Value.Split('\n')
            .Select(row => row.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 3 && cells[1] != "From" && !cells[1].StartsWith('-'))
            .Select(cells => $"{cells[1].Trim('`')} -> {cells[2].Trim('`')}")
            .Order(StringComparer.Ordinal);

    private static bool IsProject(SourceFile file)
        => file.Path.EndsWith(".csproj", StringComparison.Ordinal)
            || Path.GetFileName(file.Path) == "Directory.Build.props";

    private static IEnumerable<XElement> Elements(SourceFile file, string name)
        => XDocument.Parse(file.Text).Descendants(name);

    private static IEnumerable<string> Includes(SourceFile file, string name)
        => Elements(file, name).Select(element => element.Attribute("Include")?.Value ?? "");

    private static string Reference(string name)
        => $"<Project><ProjectReference Include=\"../{name}/{name}.csproj\" /></Project>";

    private static string Package(string version)
        => $"<Project><PackageVersion Include=\"No.Such.Package\" {version} /></Project>";

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[\w.]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex("<!-- arrows:begin -->(?<rows>.*)<!-- arrows:end -->", RegexOptions.Singleline)]
    private static partial Regex ArrowTable();
}
