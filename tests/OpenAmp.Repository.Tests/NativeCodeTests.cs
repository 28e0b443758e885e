// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace OpenAmp.Repository.Tests;

public sealed class NativeCodeTests
{
    private const int SafetyDistanceLines = 3;

    private static readonly string[] NativeFolders =
        ["src/OpenAmp.Linux", "src/OpenAmp.Qemu", "src/OpenAmp.UserModeLinux", "src/openamp", "tests", "bench"];

    private static readonly Rule NativeCalls = new(
        file => file.IsCSharp && !NativeFolders.Any(file.IsUnder),
        file => Uses(file, "LibraryImport", "native calls belong in OpenAmp.Linux"));

    private static readonly Rule NoDllImport = new(
        file => file.IsCSharp,
        file => Uses(file, "DllImport", "write LibraryImport: its marshalling is visible and needs no run-time code"));

    private static readonly Rule NoVolatile = new(
        file => file.IsCSharp && file.IsUnder("src"),
        file => file.Root.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => name.Identifier.Text == "Volatile")
            .Select(name => $"{file.At(name)}: ordering belongs in a type such as PublishedIndex, not at a call site"));

    private static readonly Rule Safety = new(
        file => file.IsCSharp && file.IsUnder("src"),
        file => file.Root.DescendantNodes().OfType<UnsafeStatementSyntax>()
            .Where(block => !IsExplained(file, block))
            .Select(block => $"{file.At(block)}: an unsafe block without a SAFETY comment: why is it true?"));

    [Fact]
    public void OnlyPlatformsCallNativeCode()
    {
        NativeCalls.AssertHolds();
        NativeCalls.AssertCatches("src/OpenAmp.Rpmsg/A.cs", "class A { [LibraryImport(\"c\")] void B(); }", "class A;");
        Assert.False(NativeCalls.AppliesTo(new SourceFile("src/OpenAmp.Linux/A.cs", "")));
    }

    [Fact]
    public void NativeCallsAreGeneratedAtBuildTime()
    {
        NoDllImport.AssertHolds();
        NoDllImport.AssertCatches(
            "src/OpenAmp.Linux/A.cs",
            "class A { [System.DllImportAttribute(\"c\")] extern void B(); }",
            "class A { [LibraryImport(\"c\")] void B(); }");
    }

    [Fact]
    public void OrderingLivesInTypes()
    {
        NoVolatile.AssertHolds();
        NoVolatile.AssertCatches(
            "src/A.cs", "class A { int B = Volatile.Read(ref c); }", "class A { volatile int _b; }");
    }

    [Fact]
    public void UnsafeBlocksSayWhyTheyAreSafe()
    {
        Safety.AssertHolds();
        Safety.AssertCatches(
            "src/A.cs",
            "class A { void B() { unsafe { c(); } } }",
            "class A { void B() {\n unsafe {\n // SAFETY: c reads nothing.\n c(); } } }");
    }

    private static string[] Uses(SourceFile file, string attributeName, string why)
        => [.. file.Root.DescendantNodes().OfType<AttributeSyntax>()
            .Where(attribute => NameOf(attribute) == attributeName)
            .Select(attribute => $"{file.At(attribute)}: {attributeName} here: {why}")];

    private static string NameOf(AttributeSyntax attribute)
    {
        string name = attribute.Name.ToString().Split('.')[^1];
        return name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
    }

    private static bool IsExplained(SourceFile file, UnsafeStatementSyntax block)
    {
        int line = block.GetLocation().GetLineSpan().StartLinePosition.Line;
        int first = Math.Max(0, line - SafetyDistanceLines);
        return file.Lines[first..Math.Min(file.Lines.Length, line + SafetyDistanceLines + 1)]
            .Any(text => text.Contains("// SAFETY:", StringComparison.Ordinal));
    }
}
