// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <summary>Where the programs are that this library runs.</summary>
internal static class QemuProgram
{
    /// <summary>Finds a program in PATH.</summary>
    /// <param name="program">Its name, or a path with a slash in it.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="RemoteProcessorException">It is not there; the message names the package.</exception>
    internal static string Find(string program)
    {
        if (TryFind(program) is { } path)
        {
            return path;
        }

        throw new RemoteProcessorException(
            $"The program '{program}' is not there: no folder of PATH has it. Install it (Debian and Ubuntu: apt-get "
                + $"install {PackageOf(program)}), or name its path in the options.");
    }

    /// <summary>Finds a program in PATH.</summary>
    /// <returns>Its path, or <see langword="null"/>.</returns>
    internal static string? TryFind(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return File.Exists(program) ? program : null;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }

    private static string PackageOf(string program) => program switch
    {
        "setpriv" => "util-linux",
        "gdb-multiarch" => "gdb-multiarch",
        "qemu-system-arm" or "qemu-system-aarch64" => "qemu-system-arm",
        _ when program.StartsWith("qemu-system-riscv", StringComparison.Ordinal) => "qemu-system-misc",
        _ => program,
    };
}
