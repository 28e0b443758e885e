// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>Where the kernel looks for firmware, in its order.</summary>
/// <param name="Custom">The directory that somebody set; <see langword="null"/> when nobody did.</param>
/// <param name="Directories">All directories, as the kernel names them.</param>
/// <param name="Root">What they are below.</param>
internal sealed record FirmwareSearchPath(string? Custom, IReadOnlyList<string> Directories, KernelRoot Root)
{
    public const string Parameter = "/sys/module/firmware_class/parameters/path";

    // A kernel that can unpack tries these after all plain names.
    private static readonly string[] Suffixes = ["", ".zst", ".xz"];

    public static FirmwareSearchPath Read(KernelRoot root)
    {
        string? custom = TryReadLine(root.At(Parameter));
        string? release = TryReadLine(root.At("/proc/sys/kernel/osrelease"));
        List<string> directories = [];
        if (!string.IsNullOrEmpty(custom))
        {
            directories.Add(custom);
        }

        foreach (string directory in new[] { "/lib/firmware/updates", "/lib/firmware" })
        {
            if (!string.IsNullOrEmpty(release))
            {
                directories.Add($"{directory}/{release}");
            }

            directories.Add(directory);
        }

        return new FirmwareSearchPath(string.IsNullOrEmpty(custom) ? null : custom, directories, root);
    }

    /// <summary>The file that the kernel would load under a name, packed or not.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    public string? Find(string firmware)
        => Suffixes.SelectMany(suffix => Directories.Select(directory => At(directory, firmware) + suffix))
            .FirstOrDefault(File.Exists);

    /// <summary>The name below the search path of a file that lies in it.</summary>
    public string? TryNameOf(string path)
    {
        string full = Path.GetFullPath(path);
        foreach (string directory in Directories)
        {
            string below = Path.GetFullPath(Root.At(directory)).TrimEnd('/') + '/';
            if (full.StartsWith(below, StringComparison.Ordinal) && Find(full[below.Length..]) == full)
            {
                return full[below.Length..];
            }
        }

        return null;
    }

    public string At(string directory, string firmware) => Path.GetFullPath(Root.At($"{directory}/{firmware}"));

    // The kernel ends the text with one newline. One that somebody wrote into the parameter, with an echo without -n,
    // is part of the name, and the kernel finds nothing there.
    private static string? TryReadLine(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            return text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
