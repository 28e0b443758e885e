// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Tool.Stack;
using Xunit;

namespace OpenAmp.Firmware.Tests.Stack;

/// <summary>Programs in assembler, linked as firmware is, and what the analysis says of them.</summary>
internal static class StackProgram
{
    private const string ThumbStart = """
            .syntax unified
            .thumb
            .macro  function name
            .type   \name, %function
            .global \name
            .thumb_func
        \name:
            .endm
            function openamp_interrupt
            bx      lr
            .size   openamp_interrupt, 2
            function openamp_trap
            b       openamp_trap
        """;

    private const string Arm64Start = """
            .macro  function name
            .type   \name, %function
            .global \name
        \name:
            .endm
            .balign 256
            .global openamp_vectors
        openamp_vectors:
            b       openamp_vectors
            .balign 128
            eret
        """;

    /// <summary>Analyses a Cortex-M program, whose thread begins at openamp_main.</summary>
    internal static Task<StackReport> ThumbAsync(string source, int stackBytes = 2048, int? limit = null)
        => AnalyseAsync("thumbv7em-none-eabi", "cortex-m4", ThumbStart + "\n" + source + "\n", stackBytes, limit);

    /// <summary>Analyses an A64 program, whose thread begins at openamp_main.</summary>
    internal static Task<StackReport> Arm64Async(string source)
        => AnalyseAsync("aarch64-none-elf", "cortex-a53", Arm64Start + "\n" + source + "\n", 8192, null);

    /// <summary>What a stack may take, and nothing is wrong.</summary>
    internal static long BoundOf(StackReport report, string stack)
    {
        Assert.Empty(report.Errors);
        return report.Stacks.Single(bound => bound.Stack == stack).BoundBytes;
    }

    private static async Task<StackReport> AnalyseAsync(
        string triple, string core, string source, int stackBytes, int? limit)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("openamp-stack-");
        try
        {
            string file = Path.Combine(folder.FullName, "program.s");
            string compiled = Path.Combine(folder.FullName, "program.o");
            string linked = Path.Combine(folder.FullName, "program.elf");
            await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
            await RunAsync("llvm-mc", $"-triple={triple}", $"-mcpu={core}", "-filetype=obj", file, "-o", compiled);
            await RunAsync(
                "ld.lld", "-Ttext=0x21000000", "--entry=openamp_main", compiled, "-o", linked,
                "--defsym=__stack_guard=0x30000000", "--defsym=__stack_low=0x30001000",
                $"--defsym=__stack_high=0x30001000+{stackBytes}", "--defsym=__handler_stack_low=0x31000000",
                "--defsym=__handler_stack_high=0x31000200");
            byte[] bytes = await File.ReadAllBytesAsync(linked, TestContext.Current.CancellationToken);
            return StackAnalysis.Of(new CodeImage(bytes, linked), limit);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        Assert.SkipWhen(
            !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, program))),
            $"{program} is not here: apt-get install llvm lld.");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} failed: {error}");
    }
}
