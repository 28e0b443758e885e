// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using Xunit;

namespace OpenAmp.Repository.Tests;

public sealed class FreestandingTests
{
    public static TheoryData<string> Forbidden =>
    [
        "class A;",
        "record A;",
        "delegate void A();",
        "struct A { string B; }",
        "struct A { int B() => \"text\".Length; }",
        "struct A { float B; }",
        "struct A { int B(int c) => (int)(c * 0.5); }",
        "struct A { int[] B; }",
        "struct A { static readonly byte[] B = new byte[4]; }",
        "struct A { void B() { var c = new int[4]; } }",
        "struct A { static readonly int B; static A() { B = 1; } }",
        "struct A { void B() => throw new System.InvalidOperationException(); }",
        "struct A { void B() { try { } finally { } } }",
        "struct A { object B() => 1; }",
        "struct A { void B(System.IDisposable c) { } }",
        "struct A { void B() { System.Func<int, int> c = d => d; } }",
        "struct A { void B() => System.GC.Collect(); }",
        "struct A { void B(uint c) => System.Numerics.BitOperations.Log2(c); }",
        "struct A { long B(ref long c) => System.Threading.Interlocked.Increment(ref c); }",
        "struct A { void B(System.Span<int> c) => System.MemoryExtensions.Reverse(c); }",
        "struct A { async void B() { } }",
        "struct A { int B(System.ReadOnlySpan<int> c) { foreach (object d in c) { } return 0; } }",
        "struct A<T> where T : System.IDisposable { void B(T c) { System.IDisposable d = c; } }",
        "struct A { not C#",
    ];

    [Fact]
    public void TheCoreNeedsNoRuntime()
    {
        SourceFile[] core = [.. RepositoryFiles.All.Where(file => file.IsCSharp && file.IsUnder("src/OpenAmp.Core"))];
        Assert.NotEmpty(core);
        Rule.AssertNone(FreestandingRule.Find(core));
    }

    [Fact]
    public void TheFirmwareLibraryNeedsNoRuntime()
    {
        // The one class is an attribute: the compiler reads it, and it is not in the image. Both have a module
        // attribute, of which one is enough here, where both are one module.
        SourceFile[] library = [.. RepositoryFiles.All.Where(file => file.IsCSharp
            && (file.IsUnder("src/OpenAmp.Core") || file.IsUnder("firmware/OpenAmp.Firmware"))
            && file.Path != "firmware/OpenAmp.Firmware/SkipLocals.cs")];
        Rule.AssertNone(FreestandingRule.Find(library).Where(
            text => !text.StartsWith("firmware/OpenAmp.Firmware/RuntimeImportAttribute.cs", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void WhatNeedsARuntimeIsFound(string text)
        => Assert.NotEmpty(FreestandingRule.Find([new SourceFile("src/OpenAmp.Core/A.cs", text)]));

    [Fact]
    public void StructsSpansPointersAndTypeArgumentsAreFine()
        => Rule.AssertNone(FreestandingRule.Find([new SourceFile("src/OpenAmp.Core/A.cs", """
            using System;
            using System.Runtime.InteropServices;
            using System.Threading;

            static class Alignment { public static bool Holds(nuint address) => (address & 3) == 0; }

            interface IPlatform { static abstract void Notify(int queue); }

            [StructLayout(LayoutKind.Sequential, Pack = 1)]
            readonly struct Number(int value) : IEquatable<Number>
            {
                public int Value { get; } = value;
                public bool Equals(Number other) => other.Value == Value;
            }

            unsafe ref struct Ring<TPlatform> where TPlatform : struct, IPlatform
            {
                private int* _start;
                private static ReadOnlySpan<byte> Name => "ring"u8;

                private static T First<T>(Span<byte> text) where T : unmanaged => MemoryMarshal.Read<T>(text);

                public bool TryPush(Span<byte> text, out Number number)
                {
                    Span<byte> copy = stackalloc byte[4];
                    text[..2].CopyTo(copy);
                    number = new(MemoryMarshal.Read<int>(copy) + Name.Length);
                    TPlatform.Notify(Interlocked.Increment(ref *_start));
                    int? none = null;
                    return none.HasValue && BitConverter.IsLittleEndian && uint.MaxValue > 3 && number.Equals(default);
                }
            }
            """)]));
}
