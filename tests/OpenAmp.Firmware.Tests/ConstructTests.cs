// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using OpenAmp.Tool.Objects;
using Xunit;

namespace OpenAmp.Firmware.Tests;

/// <summary>What firmware cannot do is an error that names the line, the construct and what to write instead.</summary>
public sealed class ConstructTests
{
    private const string Frame = """
        using System;
        using System.Runtime;
        using System.Runtime.CompilerServices;
        namespace System.Runtime
        {
            internal sealed class RuntimeExportAttribute(string entry) : Attribute { public string Entry => entry; }
        }
        interface IThing { int Do(); }
        class Thing : IThing { public int Do() => 1; }
        struct Small : IThing { public int Do() => 2; }
        static unsafe class Program
        {
            static Thing s_thing; static int s_number; static object s_any; static IThing s_interface;
            [RuntimeExport("entry")] static int Entry(int argument) => Run(argument);
            [MethodImpl(MethodImplOptions.NoInlining)] static int Run(int argument)
            {
        #line 100
                BODY
            }
        #line 200
            MEMBERS
        }
        """;

    public static TheoryData<string, string, string> Constructs => new()
    {
        { "OAF001", "s_thing = new Thing(); return 0;", "" },
        { "OAF001", "var a = new int[argument]; return a.Length;", "" },
        { "OAF002", "if (argument > 3) throw new Exception(); return 0;", "" },
        { "OAF001", "s_any = argument; return 0;", "" },
        { "OAF003", "return (int)Unsafe.AsRef<object>((void*)argument);", "" },
        { "OAF004", "return s_interface.Do();", "" },
        { "OAF006", "return s_late;", "static int s_late = System.Threading.Interlocked.Increment(ref s_number);" },
        { "OAF007", "return Unsafe.AsRef<object>((void*)argument) is IThing ? 1 : 0;", "" },
        { "OAF008", "return (int)(argument * 0.5);", "" },
        { "OAF008", "float half = argument; return (int)(half / 3);", "" },
    };

    [Theory]
    [MemberData(nameof(Constructs))]
    public async Task WhatFirmwareCannotDoIsAnErrorInItsLine(string id, string body, string members)
    {
        string[] found = await FindAsync(body, members);
        Assert.Contains(found, line => line.Contains($"error {id}: ", StringComparison.Ordinal));
        Assert.All(found, line => Assert.StartsWith("Program.cs(", line, StringComparison.Ordinal));
        Assert.Contains(found, line => line.StartsWith("Program.cs(100): error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatTheCoreLibraryDoesNotHaveIsAnErrorThatNamesIt()
    {
        using var compiler = new FirmwareCompiler();
        ObjectFile file = await compiler.CompileAsync(
            Frame.Replace("BODY", "Console.WriteLine(); return 0;", StringComparison.Ordinal)
                .Replace("MEMBERS", "", StringComparison.Ordinal),
            "arm");
        Assert.Contains(
            ConstructSearch.Find(file, LineTable.Read(file)),
            line => line.Contains("error OAF009: ", StringComparison.Ordinal));
        Assert.Contains("will always throw because", compiler.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatFirmwareCanDoIsNoError()
        => Assert.Empty(await FindAsync(
            "Span<int> few = stackalloc int[4]; few[argument] = 3; s_number = few[argument & 3] / argument; return 1;",
            ""));

    private static async Task<string[]> FindAsync(string body, string members)
    {
        using var compiler = new FirmwareCompiler();
        ObjectFile file = await compiler.CompileAsync(
            Frame.Replace("BODY", body, StringComparison.Ordinal)
                .Replace("MEMBERS", members, StringComparison.Ordinal),
            "arm");
        return [.. ConstructSearch.Find(file, LineTable.Read(file))];
    }
}
