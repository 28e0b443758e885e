// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using OpenAmp.Tool.Objects;
using Xunit;

namespace OpenAmp.Firmware.Tests;

/// <summary>Compiles C# as the build of firmware does, as far as the object file.</summary>
internal sealed class FirmwareCompiler : IDisposable
{
    private static readonly string[] Facades
        = ["System.Runtime", "System.Memory", "System.Threading", "System.Runtime.InteropServices"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("openamp-firmware-");

    /// <summary>What stood on the compiler's output, for messages.</summary>
    public string Log { get; private set; } = "";

    /// <summary>Compiles a program for an architecture.</summary>
    /// <param name="source">C#.</param>
    /// <param name="architecture">arm or arm64.</param>
    /// <param name="options">More options of ilc.</param>
    public async Task<ObjectFile> CompileAsync(string source, string architecture, params string[] options)
    {
        string assembly = Path.Combine(_folder.FullName, "program.dll");
        string output = Path.Combine(_folder.FullName, $"program.{architecture}.o");
        CompileToAssembly(source, assembly);
        string core = Path.Combine(AppContext.BaseDirectory, "OpenAmp.Core.dll");
        string[] arguments =
        [
            assembly, $"-o:{output}", "--systemmodule:System.Runtime", "--generateunmanagedentrypoints:System.Runtime",
            .. Facades.Select(name => $"-r:{Path.Combine(CoreLibraryFolder, name + ".dll")}"), $"-r:{core}",
            "--targetos:linux", $"--targetarch:{architecture}", "--nativelib", "-g", "-O", "--Ot", .. options,
        ];
        await RunAsync(Compiler, arguments).ConfigureAwait(false);
        Assert.True(File.Exists(output), $"The compiler wrote no object file:\n{Log}");
        return ObjectFile.Read(
            await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken).ConfigureAwait(false), output);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Compiler => typeof(FirmwareCompiler).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "FirmwareCompiler").Value!;

    // artifacts/bin/<project>/<configuration>/
    private static string CoreLibraryFolder
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            return Path.Combine(own.Parent!.Parent!.FullName, "corelib", own.Name);
        }
    }

    private static void CompileToAssembly(string source, string path)
    {
        IEnumerable<MetadataReference> references = File
            .ReadAllLines(Path.Combine(AppContext.BaseDirectory, "references.txt"))
            .Append(Path.Combine(AppContext.BaseDirectory, "OpenAmp.Core.dll"))
            .Select(file => MetadataReference.CreateFromFile(file));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(
            source, new CSharpParseOptions(LanguageVersion.CSharp14), "Program.cs", System.Text.Encoding.UTF8);
        var compilation = CSharpCompilation.Create("program", [tree], references, options);
        using FileStream stream = File.Create(path);
        EmitResult result = compilation.Emit(
            stream, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }

    private async Task RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).ConfigureAwait(false);
        Log = await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
    }
}
