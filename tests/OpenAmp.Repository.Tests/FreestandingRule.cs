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

    // The only things of the class library that firmware brings along. Interlocked: 32-bit only. The compiler turns a
    // Range or an Index into plain slices.
    private static readonly string[] AllowedTypes =
    [
        "Span", "ReadOnlySpan", "MemoryMarshal", "Unsafe", "Interlocked", "BinaryPrimitives", "Nullable",
        "BitConverter", "Object", "ValueType", "IEquatable", "Enum", "Range", "Index",
    ];

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Enable);

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

        bool isNumber = owner.SpecialType is (> SpecialType.System_Object and < SpecialType.System_String)
            or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;
        bool isWide = owner.Name == "Interlocked" && ((symbol as IMethodSymbol)?.Parameters ?? []).Any(
            parameter => parameter.Type.SpecialType is SpecialType.System_Int64 or SpecialType.System_UInt64);
        return (isNumber || AllowedTypes.Contains(owner.Name)) && !isWide
            ? null
            : $"{owner.Name}.{symbol.Name}, which firmware does not bring along";
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
