// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using OpenAmp.UserModeLinux;

namespace OpenAmp.Kernel.Tests.Guest;

/// <summary>A copy of the image, and a directory for temporary files, of one test alone: so that it can count what is
/// left of its guests, and sees nobody else's. Every user may read it.</summary>
internal sealed class OwnPlace : IDisposable
{
    private const string Variable = "TMPDIR";
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode WritableForAll = ForAll | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly TestFolder _folder = new();
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    internal OwnPlace()
    {
        File.SetUnixFileMode(_folder.Path, ForAll);
        _ = Directory.CreateDirectory(_folder["image"], ForAll);
        foreach (string file in Directory.EnumerateFiles(TestGuest.Image.Directory))
        {
            string copy = Path.Combine(_folder["image"], Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, ForAll);
        }

        Image = LinuxGuestImage.Open(_folder["image"]);
        File.SetUnixFileMode(Directory.CreateDirectory(_folder["temporary"]).FullName, WritableForAll);
        Environment.SetEnvironmentVariable(Variable, _folder["temporary"]);
    }

    internal LinuxGuestImage Image { get; }

    /// <summary>What guests have in the directory for temporary files. (The runtime has pipes there too.)</summary>
    internal string[] Leftovers
        => [.. Directory.EnumerateFileSystemEntries(_folder["temporary"]).Where(entry => !IsRuntimes(entry))];

    private static bool IsRuntimes(string entry)
        => Path.GetFileName(entry) is string name && (name.StartsWith("clr-debug-pipe", StringComparison.Ordinal)
            || name.StartsWith("dotnet-diagnostic", StringComparison.Ordinal));

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Dispose();
    }
}
