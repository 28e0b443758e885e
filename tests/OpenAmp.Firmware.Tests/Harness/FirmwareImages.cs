// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Firmware.Tests;

/// <summary>Firmware in C#, that of a board built once when the first test wants it.</summary>
/// <remarks>OPENAMP_FIRMWARE_IS_BUILT=1 takes what is there.</remarks>
internal static class FirmwareImages
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("qemu-system-arm", "qemu-system-arm"), ("qemu-system-aarch64", "qemu-system-arm"),
        ("ld.lld", "lld"), ("llvm-mc", "llvm"),
    ];

    private static readonly string? Missing = FindMissing();

    // What tests want of each board, built together. A board that is not here is a mistake of the test's.
    private static readonly Dictionary<string, Lazy<Task>> Built = new()
    {
        ["mps2-an386"] = Lazily("mps2-an386",
            "echo", "demo", "multi-services", "matrix", "bench", "host", "relay", "faults", "log", "selftest",
            "c-library"),
        ["mps2-an386-second"] = Lazily("mps2-an386-second", "demo"),
        ["virt-a53"] = Lazily("virt-a53", "echo", "demo", "multi-services", "bench", "faults", "selftest", "c-library"),
        ["mps2-an521"] = Lazily("mps2-an521", "selftest"),
        ["mps2-an500"] = Lazily("mps2-an500", "selftest"),
        ["virt-a15"] = Lazily("virt-a15", "selftest"),
        ["zcu102-r5"] = Lazily("zcu102-r5", "selftest"),
    };

    // One build at a time: they share what they reference.
    private static readonly SemaphoreSlim Gate = new(1);

    internal static string Root { get; } = FindRoot();

    /// <summary>What of the tools is not here, and how to get it; <see langword="null"/> when nothing is.</summary>
    internal static string? FindMissing(params (string Program, string Package)[] more)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] packages = [.. Needed.Concat(more)
            .Where(need => !folders.Any(folder => File.Exists(Path.Combine(folder, need.Program))))
            .Select(need => need.Package).Distinct()];
        return packages.Length == 0 ? null
            : $"Firmware cannot be built or boards emulated here: apt-get install {string.Join(' ', packages)}.";
    }

    /// <summary>The path of an image. Skips the test where it cannot be built or run.</summary>
    internal static async Task<string> BuildAsync(string name, string board)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        if (Environment.GetEnvironmentVariable("OPENAMP_FIRMWARE_IS_BUILT") != "1")
        {
            await Built[board].Value;
        }

        return Path.Combine(Root, "artifacts/firmware", board, name + ".elf");
    }

    private static Lazy<Task> Lazily(string board, params string[] names) => new(() => MakeAsync(board, names));

    private static async Task MakeAsync(string board, string[] names)
    {
        await Gate.WaitAsync();
        try
        {
            (int exitCode, string output) = await RunAsync("eng/firmware", ["--board", board, .. names]);
            Assert.True(exitCode == 0, $"Firmware for board '{board}' cannot be built: {output}");
        }
        finally
        {
            _ = Gate.Release();
        }
    }

    /// <summary>Builds a firmware as it is built otherwise, but into a folder of its own and with other properties.
    /// </summary>
    internal static async Task<(int ExitCode, string Output)> BuildApartAsync(
        string name, string board, string folder, params (string Name, string Value)[] properties)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");

        // MSBuild takes properties from the environment.
        return await RunApartAsync(
            "eng/firmware",
            ["--board", board, name],
            [
                .. properties,
                ("FirmwareOutputPath", folder + Path.DirectorySeparatorChar),
                ("FirmwareIntermediatePath", Path.Combine(folder, "obj") + Path.DirectorySeparatorChar),
            ]);
    }

    /// <summary>Runs a script that builds, when no other does.</summary>
    internal static async Task<(int ExitCode, string Output)> RunApartAsync(
        string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        await Gate.WaitAsync();
        try
        {
            return await RunAsync(script, arguments, environment);
        }
        finally
        {
            _ = Gate.Release();
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Path.Combine(Root, script))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Array.ForEach(arguments, start.ArgumentList.Add);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenAmp.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
