// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;

namespace OpenAmp.Tool.Boards;

/// <summary>A program of the host that boards need, and the Debian package that has it.</summary>
internal sealed record HostProgram(string Name, string Package)
{
    /// <summary>The debugger that knows every core.</summary>
    public static HostProgram Gdb { get; } = new("gdb-multiarch", "gdb-multiarch");

    /// <summary>Where it is; <see langword="null"/> when no folder of PATH has it.</summary>
    public string? Path => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, Name))
        .FirstOrDefault(File.Exists);

    /// <summary>The program that emulates a board.</summary>
    public static HostProgram EmulatorOf(string program) => new(
        program,
        program.StartsWith("qemu-system-riscv", StringComparison.Ordinal) ? "qemu-system-misc" : "qemu-system-arm");

    /// <summary>What to try when it is missing, in words.</summary>
    public string Remedy => $"try {Repository.SetupCommand}, or: sudo apt-get install {Package}";

    /// <summary>Refuses to go on without it.</summary>
    /// <param name="purpose">Who needs it, to begin a sentence.</param>
    /// <exception cref="IOException">It is not there.</exception>
    public string Require(string purpose)
        => Path ?? throw new IOException($"{purpose} {Name}, and no folder of PATH has it: {Remedy}");
}
