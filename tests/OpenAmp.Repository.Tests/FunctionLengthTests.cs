// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace OpenAmp.Repository.Tests;

public sealed class FunctionLengthTests
{
    private const int MaxFunctionLines = 70;

    private static readonly Rule CSharpFunctions = new(
        file => file.IsCSharp,
        file => file.Root.DescendantNodes().Where(IsFunction)
            .Select(node => (Place: file.At(node), LineCount: LineCount(node)))
            .Append((Place: file.At(0), LineCount: TopLevelLineCount(file)))
            .Where(function => function.LineCount > MaxFunctionLines)
            .Select(function => TooLong(function.Place, function.LineCount)));

    private static readonly Rule CFunctions = new(file => file.IsC, FindLongCFunctions);

    [Fact]
    public void FunctionsHaveAtMost70Lines()
    {
        CSharpFunctions.AssertHolds();
        CSharpFunctions.AssertCatches("src/A.cs", Method(statementCount: 68), Method(statementCount: 67));
        CSharpFunctions.AssertCatches("src/A.cs", $"class A {{ int B {{ get {Body(69)} }} }}", "class A;");
        CSharpFunctions.AssertCatches("src/Program.cs", Statements(71), Statements(70));
    }

    [Fact]
    public void FunctionsInCHaveAtMost70Lines()
    {
        // C is only in tests, and there may be none: the control is what makes this a test.
        Rule.AssertNone(RepositoryFiles.All.Where(CFunctions.AppliesTo).SelectMany(CFunctions.FindViolations));
        CFunctions.AssertCatches("tests/a.c", $"void a(void)\n{Body(69)}\n", $"void a(void)\n{Body(67)}\n");
    }

    private static bool IsFunction(SyntaxNode node)
        => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
            or AnonymousFunctionExpressionSyntax;

    private static int LineCount(SyntaxNode node)
    {
        FileLinePositionSpan span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static int TopLevelLineCount(SourceFile file)
        => file.Root.ChildNodes().OfType<GlobalStatementSyntax>()
            .Where(statement => statement.Statement is not LocalFunctionStatementSyntax)
            .Sum(LineCount);

    // Formatted C: a function's braces, and nothing else, stand alone in the first column.
    private static IEnumerable<string> FindLongCFunctions(SourceFile file)
    {
        int start = 0;
        for (int index = 0; index < file.Lines.Length; index++)
        {
            if (file.Lines[index] == "{")
            {
                start = index;
            }
            else if (file.Lines[index] == "}" && index - start + 2 > MaxFunctionLines)
            {
                yield return TooLong(file.At(start), index - start + 2);
            }
        }
    }

    private static string TooLong(string place, int lineCount)
        => $"{place}: a function of {lineCount} lines, allowed are {MaxFunctionLines}";

    private static string Method(int statementCount) => $"class A\n{{\nvoid B()\n{Body(statementCount)}\n}}\n";

    private static string Body(int statementCount) => $"{{\n{Statements(statementCount)}}}";

    private static string Statements(int count) => string.Concat(Enumerable.Repeat("a();\n", count));
}
