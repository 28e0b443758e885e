// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace OpenAmp.Repository.Tests;

public sealed class NamingTests
{
    // A type that needs such a name has no responsibility yet.
    private static readonly string[] EmptyEndings = ["Manager", "Helper", "Utils", "Impl", "Data", "Info"];

    // The core library of firmware has dozens of types of two lines, whose names and places are the class library's.
    private static readonly Rule OnePublicType = new(
        file => file.IsCSharp && !file.IsUnder("firmware/corelib"), FindMisplacedTypes);

    private static readonly Rule TypeNames = new(
        file => file.IsCSharp,
        file => file.Root.DescendantNodes().Where(IsType)
            .Where(node => EmptyEndings.Any(ending => NameOf(node).EndsWith(ending, StringComparison.Ordinal)))
            .Select(node => $"{file.At(node)}: {NameOf(node)} says nothing: name what it is responsible for"));

    [Fact]
    public void AFileHoldsOnePublicTypeNamedAsTheFile()
    {
        OnePublicType.AssertHolds();
        OnePublicType.AssertCatches("src/A.cs", "public class A; public struct B;", "public class A; struct B;");
        OnePublicType.AssertCatches("src/A.cs", "public delegate void B();", "public delegate void A();");
        OnePublicType.AssertCatches("src/A.Read.cs", "public partial class B;", "public partial class A;");
    }

    [Fact]
    public void TypeNamesSayWhatTheTypeIs()
    {
        TypeNames.AssertHolds();
        foreach (string ending in EmptyEndings)
        {
            TypeNames.AssertCatches("src/A.cs", $"class A {{ struct Ring{ending}; }}", "class A { struct Ring; }");
        }
    }

    private static IEnumerable<string> FindMisplacedTypes(SourceFile file)
    {
        string fileName = Path.GetFileName(file.Path).Split('.')[0];
        return file.Root.DescendantNodes()
            .Where(node => IsType(node) && IsPublic(node) && node.Parent is not TypeDeclarationSyntax)
            .Where(node => NameOf(node) != fileName)
            .Select(node => $"{file.At(node)}: the public type {NameOf(node)} belongs in {NameOf(node)}.cs");
    }

    private static bool IsType(SyntaxNode node) => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax;

    private static bool IsPublic(SyntaxNode node)
        => ((MemberDeclarationSyntax)node).Modifiers.Any(SyntaxKind.PublicKeyword);

    private static string NameOf(SyntaxNode node)
        => node is DelegateDeclarationSyntax function
            ? function.Identifier.Text
            : ((BaseTypeDeclarationSyntax)node).Identifier.Text;
}
