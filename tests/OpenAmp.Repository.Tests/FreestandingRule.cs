// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OpenAmp.Repository.Tests;

/// <summary>What the core may not say, because bare metal has no garbage collector, no exceptions and little else.
/// </summary>
/// <remarks>It compiles the sources and asks what each expression is: a name alone does not tell a class from a
/// struct.</remarks>
internal static class FreestandingRule
{
    private const string AssemblyName = "Core";

    // The compiler turns these into plain slices: nothing of them is left in the program.
    private static readonly string[] CompiledAway = ["Range", "Index"];

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Enable);

    // The one list of what the core may use of the class library is the one that firmware is compiled with.
    private static readonly Lazy<HashSet<string>> CoreLibrary = new(ReadCoreLibrary);

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    public static IEnumerable<string> Find(IEnumerable<SourceFile> files)
    {
        SourceFile[] all = [.. files];
        var compilation = CSharpCompilation.Create(AssemblyName, all.Select(file => file.Tree), References, Options);

        // What does not compile is not understood: say so rather than pass it.
        return compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.ToString())
            .Concat(all.SelectMany(file => Find(file, compilation.GetSemanticModel(file.Tree))));
    }

    private static IEnumerable<string> Find(SourceFile file, SemanticModel model)
        => from node in file.Root.DescendantNodes(node => node is not AttributeListSyntax)
           let reason = WhyForbidden(node) ?? WhyForbidden(node, model)
           where reason is not null
           select $"{file.At(node)}: {reason}";

    private static string? WhyForbidden(SyntaxNode node) => node switch
    {
        // A static class is a name for functions: there is never an object of it.
        ClassDeclarationSyntax type when !type.Modifiers.Any(SyntaxKind.StaticKeyword)
            => "a class: the core is structs",
        RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }
            => "a record class: the core is structs",
        DelegateDeclarationSyntax or AnonymousFunctionExpressionSyntax => "a delegate: pass a struct type argument",
        ThrowStatementSyntax or ThrowExpressionSyntax or TryStatementSyntax => "an exception: return false or an error",
        AwaitExpressionSyntax or YieldStatementSyntax or QueryExpressionSyntax => "a compiler-made class",
        MemberDeclarationSyntax member when member.Modifiers.Any(SyntaxKind.AsyncKeyword) => "a compiler-made class",
        ConstructorDeclarationSyntax constructor when constructor.Modifiers.Any(SyntaxKind.StaticKeyword)
            => "a static constructor: it needs a run-time check at each use",
        _ => null,
    };

    private static string? WhyForbidden(SyntaxNode node, SemanticModel model)
    {
        if (model.GetDeclaredSymbol(node) is { } declared)
        {
            return WhyForbidden(TypeOf(declared));
        }

        // A type's own name is not a value, nor is the word unmanaged, which has no symbol; what they are used for is
        // checked where the value is.
        ISymbol? symbol = model.GetSymbolInfo(node).Symbol;
        if (node is not ExpressionSyntax expression
            || symbol is ITypeSymbol or INamespaceSymbol
            || node.Parent is TypeConstraintSyntax)
        {
            return null;
        }

        TypeInfo type = model.GetTypeInfo(expression);
        return WhyForbidden(symbol) ?? WhyForbidden(type.Type) ?? WhyForbidden(type.ConvertedType);
    }

    private static string? WhyForbidden(ISymbol? symbol)
    {
        if (symbol?.ContainingType is not { } owner || owner.ContainingAssembly?.Name == AssemblyName)
        {
            return null;
        }

        ISymbol plain = symbol switch
        {
            IMethodSymbol { ReducedFrom: { } extension } => extension,
            IFieldSymbol { CorrespondingTupleField: { } field } => field,
            _ => symbol,
        };
        bool isInstruction = symbol.Kind == SymbolKind.Method
            && ((IMethodSymbol)symbol).MethodKind == MethodKind.BuiltinOperator;
        return isInstruction || CompiledAway.Contains(owner.Name)
            || CoreLibrary.Value.Contains(plain.OriginalDefinition.GetDocumentationCommentId() ?? "")
            ? null
            : $"{owner.Name}.{symbol.Name}, which firmware/corelib does not have";
    }

    /// <summary>Every public member of the core library that firmware brings along, compiled from its sources.
    /// </summary>
    private static HashSet<string> ReadCoreLibrary()
    {
        IEnumerable<SyntaxTree> trees = RepositoryFiles.All
            .Where(file => file.IsCSharp && file.IsUnder("firmware/corelib"))
            .Select(file => file.Tree);
        var compilation = CSharpCompilation.Create("System.Runtime", trees, [], Options);
        var namespaces = new Stack<INamespaceOrTypeSymbol>([compilation.Assembly.GlobalNamespace]);
        HashSet<string> members = [];
        while (namespaces.TryPop(out INamespaceOrTypeSymbol? owner))
        {
            foreach (ISymbol member in owner.GetMembers())
            {
                if (member is INamespaceOrTypeSymbol inner)
                {
                    namespaces.Push(inner);
                }
                else if (member.DeclaredAccessibility == Accessibility.Public
                    && member.GetDocumentationCommentId() is { } id)
                {
                    _ = members.Add(id);
                }
            }
        }

        return members;
    }

    private static string? WhyForbidden(ITypeSymbol? type) => type switch
    {
        null or ITypeParameterSymbol or IPointerTypeSymbol or IFunctionPointerTypeSymbol => null,
        { SpecialType: SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal }
            => $"{type.Name}: a processor may have no floating point",
        { IsReferenceType: true } => $"a value of type {type}: the core has no objects",
        _ => null,
    };

    private static ITypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        IFieldSymbol field => field.Type,
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IPropertySymbol property => property.Type,
        IMethodSymbol method => method.ReturnType,
        _ => null,
    };
}
