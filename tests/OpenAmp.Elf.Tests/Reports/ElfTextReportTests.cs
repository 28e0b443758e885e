// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

/// <summary>The report says what readelf says, over a corpus. Lines are compared with their spaces folded.</summary>
public sealed partial class ElfTextReportTests
{
    // What readelf prints from the content of sections, or in words of its own; and what it finds odd.
    private static readonly string[] s_otherLines =
    [
        "Magic:", "Version: 1 (current)", "Key to Flags:", "W (write)", "L (link order)", "C (compressed)", "D (mbind)",
        "R (retain)", "p (processor", "[Requesting program", "readelf: Warning:",
    ];

    public static TheoryData<string> SystemFiles =>
    [
        "/bin/ls", "/bin/sh", LoadedLibrary("libc."), LoadedLibrary("libcoreclr."), AppHost,
    ];

    private static string AppHost => Path.Combine(AppContext.BaseDirectory, "OpenAmp.Elf.Tests");

    [Theory]
    [MemberData(nameof(Compiler.Ways), MemberType = typeof(Compiler))]
    public void CompiledProgramsAreReportedAsReadelfDoes(string name, string options)
    {
        ProgramTool.SkipWithout("readelf", "binutils");
        using ProgramTool.TemporaryFolder folder = new();
        AssertLikeReadelf(Compiler.Compile(folder, name, options));
    }

    [Theory]
    [MemberData(nameof(SystemFiles))]
    public void FilesOfTheSystemAreReportedAsReadelfDoes(string path)
    {
        ProgramTool.SkipWithout("readelf", "binutils");
        if (!File.Exists(path))
        {
            Assert.Skip($"{path} is missing");
        }

        AssertLikeReadelf(path);
    }

    [Theory]
    [MemberData(nameof(Images.Shapes), MemberType = typeof(Images))]
    public void FirmwareMadeByHandIsReportedAsReadelfDoes(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        ProgramTool.SkipWithout("readelf", "binutils");
        using ProgramTool.TemporaryFolder folder = new();
        AssertLikeReadelf(folder.Write("firmware", Images.Firmware(elfClass, byteOrder).Build()));
    }

    [Fact]
    public void ImagesOfAnyShapeAreReportedAsReadelfDoes()
    {
        ProgramTool.SkipWithout("readelf", "binutils");
        using ProgramTool.TemporaryFolder folder = new();
        Gen.ULong.Sample(
            seed =>
            {
                ElfBuilder builder = Images.Random(seed);
                builder.ExtendsCounts = false;
                AssertLikeReadelf(folder.Write("image", builder.Build()));
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void ACoreDumpIsReportedAsReadelfDoes()
    {
        ProgramTool.SkipWithout("readelf", "binutils");
        using ProgramTool.TemporaryFolder folder = new();
        ElfCoreLayout layout = new(
            new() { Machine = ElfMachine.RiscV }, [new(0x1000, 0), new(0x8000_0000, 0)], [new("CORE", 1, new byte[9])]);
        AssertLikeReadelf(folder.Write("core", layout.Headers.Span));
    }

    [Fact]
    public void ANameCannotSpeakToTheTerminal()
    {
        byte[] file = new ElfBuilder().AddNamed(".a\u001b[31m", []).Build();

        Assert.Contains(".a?[31m", Report(file), StringComparison.Ordinal);
    }

    [Fact]
    public void VeryManySectionsInSegmentsAreNotMapped()
    {
        ElfBuilder builder = new();
        for (int index = 0; index < 1000; index++)
        {
            builder.AddLoad(0x1000, [1]).AddNamed(".s", []);
        }

        Assert.Contains(" 1002 sections and 1000 segments are too many to map.", Report(builder.Build()),
            StringComparison.Ordinal);
    }

    /// <summary>The path of a library that this process has loaded; the name itself where there is none.</summary>
    private static string LoadedLibrary(string name)
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .FirstOrDefault(module => module.ModuleName.StartsWith(name, StringComparison.Ordinal))?.FileName ?? name;
    }

    private static void AssertLikeReadelf(string path)
    {
        (int exitCode, string expected) = ProgramTool.Run("readelf", "-hlSW", path);
        Assert.Equal(0, exitCode);
        List<string> expectedLines = Fold(expected);
        Assert.True(expectedLines.Count >= 15, expected);

        Assert.Equal(expectedLines, Fold(Report(File.ReadAllBytes(path))));
    }

    private static string Report(byte[] file)
    {
        using StringWriter writer = new();
        ElfTextReport.Write(writer, ElfImage.Parse(file));
        return writer.ToString();
    }

    private static List<string> Fold(string report) =>
    [
        .. from line in report.Split('\n')
           let folded = Spaces().Replace(line, " ").Trim()
           where folded.Length != 0
           where !s_otherLines.Any(other => folded.StartsWith(other, StringComparison.Ordinal))
           select Words().Match(folded) is { Success: true } match ? match.Value : folded,
    ];

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();

    // readelf looks into the content for the kind of ET_DYN, and spells the ABI's flags out.
    [GeneratedRegex("^(Type: [A-Z]+|Flags: 0x[0-9a-f]+)")]
    private static partial Regex Words();
}
