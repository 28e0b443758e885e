// SPDX-License-Identifier: BSD-3-Clause

using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OpenAmp.Repository.Tests;

/// <summary>A file of the repository, or a sample that a test plants: its path and its text.</summary>
internal sealed class SourceFile(string path, string text)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp14);

    private SyntaxTree? _tree;

    /// <summary>Path from the repository's root, with slashes.</summary>
    public string Path { get; } = path;

    public string Text { get; } = text;

    public string[] Lines { get; } = (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsC => Path.EndsWith(".c", StringComparison.Ordinal) || Path.EndsWith(".h", StringComparison.Ordinal);

    public bool IsScript => Path.EndsWith(".sh", StringComparison.Ordinal)
        || Text.StartsWith("#!", StringComparison.Ordinal);

    public bool IsCode => IsCSharp || IsC || IsScript;

    public SyntaxTree Tree => _tree ??= CSharpSyntaxTree.ParseText(Text, Options, Path);

    public SyntaxNode Root => Tree.GetRoot();

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>Path and line of a node, as compilers write it: an editor can jump there.</summary>
    public string At(SyntaxNode node) => At(node.GetLocation().GetLineSpan().StartLinePosition.Line);

    public string At(int lineIndex) => $"{Path}:{lineIndex + 1}";
}
