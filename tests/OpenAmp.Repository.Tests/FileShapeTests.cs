// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;

namespace OpenAmp.Repository.Tests;

public sealed class FileShapeTests
{
    private const string LicenceLine = "SPDX-License-Identifier: BSD-3-Clause";

    // What is compiled into a Linux kernel or against its headers lies apart, under that kernel's licence.
    private const string KernelFolder = "tests/linux-guest";
    private const string KernelLicence = "SPDX-License-Identifier: GP" + "L-2.0";
    private const int MaxFileLines = 600;
    private const int MaxColumns = 120;

    // Put together here, so that this file does not hold what it looks for.
    private static readonly string[] ForbiddenTexts =
        ["/wor" + "k/", "/roo" + "t/", "nuget" + ".org", "npmjs" + ".org", "debian" + ".org", "pypi" + ".org"];

    private static readonly string[] ForbiddenWords = ["mas" + "ter", "sla" + "ve"];

    private static readonly string[] BuildFolders = ["obj", "bin"];

    private static readonly Rule Licence = new(
        file => file.IsCode && !file.IsUnder(KernelFolder),
        file => file.Lines.Take(file.IsScript ? 2 : 1).Any(line => line.Contains(LicenceLine, StringComparison.Ordinal))
            ? [] : [$"{file.At(0)}: the licence line is missing: {LicenceLine}"]);

    private static readonly Rule LicenceOfKernelParts = new(
        file => file.IsUnder(KernelFolder) && !file.Path.EndsWith(".md", StringComparison.Ordinal),
        file => file.Lines[0].Contains(KernelLicence, StringComparison.Ordinal)
            ? [] : [$"{file.At(0)}: what becomes part of a kernel begins with its licence: {KernelLicence}"]);

    private static readonly Rule NoOtherLicence = new(
        file => !file.IsUnder(KernelFolder),
        file => LinesWhere(
            file,
            line => line.Contains("SPDX-License-" + "Identifier: ", StringComparison.Ordinal)
                && line.Contains("GP" + "L-", StringComparison.Ordinal),
            $"code under this licence belongs in {KernelFolder}/, and nothing may depend on it"));

    private static readonly Rule FileLength = new(
        file => file.IsCode,
        file => file.Lines.Length <= MaxFileLines
            ? [] : [$"{file.Path}: {file.Lines.Length} lines, allowed are {MaxFileLines}: split it by responsibility"]);

    private static readonly Rule LineLength = new(
        file => file.IsCode,
        file => LinesWhere(
            file,
            line => line.EnumerateRunes().Count() > MaxColumns,
            $"more than {MaxColumns} columns"));

    private static readonly Rule Words = new(
        file => true,
        file => ForbiddenWords.SelectMany(word => LinesWhere(
            file,
            line => line.Contains(word, StringComparison.OrdinalIgnoreCase),
            $"says {word}: say driver and device, or host and remote")));

    private static readonly Rule NoPrivatePlaces = new(
        file => true,
        file => ForbiddenTexts.SelectMany(text => LinesWhere(
            file,
            line => line.Contains(text, StringComparison.OrdinalIgnoreCase),
            $"names {text}, which only one machine or one registry has")));

    private static readonly Rule NoBuildOutput = new(
        file => true,
        file => file.Path.Split('/').SkipLast(1).Intersect(BuildFolders)
            .Select(folder => $"{file.Path}: build output belongs in artifacts/, delete this {folder}/"));

    [Fact]
    public void EveryCodeFileCarriesTheLicence()
    {
        Licence.AssertHolds();
        Licence.AssertCatches("src/A.cs", "namespace A;\n", $"// {LicenceLine}\n");
        Licence.AssertCatches("eng/a.sh", "#!/bin/sh\necho\n", $"#!/bin/sh\n# {LicenceLine}\n");
        Licence.AssertCatches("tests/a.c", "int a;\n", $"/* {LicenceLine} */\n");
    }

    [Fact]
    public void OnlyPartsOfTheGuestKernelHaveItsLicence()
    {
        LicenceOfKernelParts.AssertHolds();
        LicenceOfKernelParts.AssertCatches($"{KernelFolder}/Kbuild", $"# {LicenceLine}\n", $"# {KernelLicence}\n");
        NoOtherLicence.AssertHolds();
        NoOtherLicence.AssertCatches("src/a.h", $"/* {KernelLicence} */\n", $"/* {LicenceLine} */\n");
        Assert.False(Licence.AppliesTo(new SourceFile($"{KernelFolder}/a.c", "")));
    }

    [Fact]
    public void FilesHaveAtMost600Lines()
    {
        FileLength.AssertHolds();
        FileLength.AssertCatches("src/A.cs", Repeat("\n", MaxFileLines + 1), Repeat("\n", MaxFileLines));
    }

    [Fact]
    public void LinesHaveAtMost120Columns()
    {
        LineLength.AssertHolds();
        LineLength.AssertCatches("eng/a.sh", Repeat("é", MaxColumns + 1), Repeat("é", MaxColumns));
    }

    [Fact]
    public void TheTwoSidesAreNamedByTheirRoles()
    {
        Words.AssertHolds();
        foreach (string word in ForbiddenWords)
        {
            Words.AssertCatches("docs/a.md", $"The Rpmsg{word} sends.", "The host sends.");
        }
    }

    [Fact]
    public void NoFileNamesAPlaceThatOnlyItsAuthorHas()
    {
        NoPrivatePlaces.AssertHolds();
        foreach (string text in ForbiddenTexts)
        {
            NoPrivatePlaces.AssertCatches("README.md", $"See https://{text}a", "See docs/testing.md");
        }
    }

    [Fact]
    public void NoBuildOutputLiesBesideSources()
    {
        NoBuildOutput.AssertHolds();
        Assert.NotEmpty(NoBuildOutput.FindViolations(new SourceFile("src/A/obj/project.assets.json", "{}")));
    }

    internal static IEnumerable<string> LinesWhere(SourceFile file, Func<string, bool> isBad, string what)
        => file.Lines.Select((line, index) => (line, index))
            .Where(item => isBad(item.line))
            .Select(item => $"{file.At(item.index)}: {what}");

    private static string Repeat(string text, int count)
        => new StringBuilder().Insert(0, text, count).ToString();
}
