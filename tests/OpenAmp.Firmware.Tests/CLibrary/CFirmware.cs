// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Firmware.Tests.CLibrary;

/// <summary>Builds C against the library and its header.</summary>
internal static class CFirmware
{
    internal const string Board = "mps2-an386";

    private static readonly string[] Warnings = ["-Wall", "-Wextra", "-Werror", "-pedantic"];

    private static readonly string[] Files = ["board.c", "main.c"];

    private static string Sources
        => Path.Combine(FirmwareImages.Root, "tests/OpenAmp.Firmware.Tests/CLibrary/firmware");

    internal static string HeaderFolder => Path.Combine(FirmwareImages.Root, "firmware/c-library");

    /// <summary>The library for a board. Skips the test where it cannot be built.</summary>
    internal static async Task<string> LibraryAsync(string board = Board)
        => Path.Combine(Path.GetDirectoryName(await FirmwareImages.BuildAsync("c-library", board))!, "libopenamp.a");

    /// <summary>The firmware in C, compiled for one way to pass floating point and linked by one linker.</summary>
    internal static async Task<string> BuildAsync(string floatAbi, string linker)
    {
        SkipWithout("arm-none-eabi-gcc", "gcc-arm-none-eabi");
        string library = await LibraryAsync();
        string output = Path.Combine(
            Directory.CreateDirectory(Path.Combine(FirmwareImages.Root, "artifacts/obj/firmware/c-firmware")).FullName,
            $"{floatAbi}-{linker}.elf");
        string[] machine = ["-mcpu=cortex-m4", "-mthumb", $"-mfloat-abi={floatAbi}", "-mfpu=fpv4-sp-d16"];
        string[] flags =
        [
            .. machine, "-std=gnu11", "-Os", "-g", "-ffreestanding", "-ffunction-sections", "-fdata-sections",
            "-fno-tree-loop-distribute-patterns", "-Wall", "-Wextra", "-Werror", $"-I{HeaderFolder}",
        ];
        string[] objects = [output + ".board.o", output + ".main.o"];
        foreach ((string source, string target) in Files.Zip(objects))
        {
            await RunAsync("arm-none-eabi-gcc", [.. flags, "-c", Path.Combine(Sources, source), "-o", target]);
        }

        string script = Path.Combine(Sources, "link.ld");
        string compilerLibrary = await RunAsync("arm-none-eabi-gcc", [.. machine, "-print-libgcc-file-name"]);
        string program = linker == "gnu" ? "arm-none-eabi-ld" : "ld.lld";
        string[] quiet = linker == "gnu" ? ["--no-warn-rwx-segments"] : [];
        await RunAsync(
            program,
            [
                "--gc-sections", "--fatal-warnings", .. quiet, "-T", script, .. objects, library,
                compilerLibrary.Trim(), "-o", output,
            ]);
        return output;
    }

    /// <summary>Compiles a text that includes the header, and nothing more.</summary>
    internal static async Task CheckAsync(string compiler, string package, string language, params string[] options)
    {
        SkipWithout(compiler, package);
        _ = await InFolderAsync(async folder =>
        {
            string file = Path.Combine(folder, "header.txt");
            await File.WriteAllTextAsync(
                file, "#include \"openamp.h\"\nopenamp_config config;\n", TestContext.Current.CancellationToken);
            return await RunAsync(
                compiler,
                [
                    "-x", language, .. Warnings, "-ffreestanding", .. options, $"-I{HeaderFolder}", "-fsyntax-only",
                    file,
                ]);
        });
    }

    /// <summary>Compiles a C program of this machine, runs it and gives what it printed.</summary>
    internal static async Task<string> PrintAsync(string program)
    {
        SkipWithout("gcc", "gcc");
        return await InFolderAsync(async folder =>
        {
            string source = Path.Combine(folder, "print.c");
            string output = Path.Combine(folder, "print");
            await File.WriteAllTextAsync(source, program, TestContext.Current.CancellationToken);
            _ = await RunAsync("gcc", ["-std=c99", .. Warnings, $"-I{HeaderFolder}", source, "-o", output]);
            return await RunAsync(output, []);
        });
    }

    private static async Task<string> InFolderAsync(Func<string, Task<string>> work)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("openamp-header-");
        try
        {
            return await work(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    internal static async Task<string> RunAsync(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(
            process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{await errors}");
        return output;
    }

    internal static void SkipWithout(string program, string package)
    {
        bool exists = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(exists, $"There is no {program}: apt-get install {package}.");
    }
}
