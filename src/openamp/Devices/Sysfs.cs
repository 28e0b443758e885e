// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using OpenAmp.Linux;

namespace OpenAmp.Tool.Devices;

/// <summary>Reads what the kernel shows of its devices below a root. What is missing or unreadable is
/// <see langword="null"/> or empty: devices come and go while one looks.</summary>
internal sealed partial class Sysfs(KernelRoot root)
{
    private const int LongestTextBytes = 1 << 16;

    public KernelRoot Root => root;

    /// <summary>Whether there is such a folder.</summary>
    public bool HasFolder(string path) => Directory.Exists(root.At(path));

    /// <summary>Whether there is such a file, folder or device.</summary>
    public bool Has(string path) => Path.Exists(root.At(path));

    /// <summary>A text without the line break at its end.</summary>
    public string? Text(string path)
    {
        try
        {
            using var stream = new FileStream(
                root.At(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            byte[] bytes = new byte[LongestTextBytes];
            int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Output.SafeText.Of(bytes.AsSpan(0, count).TrimEnd("\n\0"u8));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Names of what a folder holds, those that end in numbers in the numbers' order.</summary>
    public IReadOnlyList<string> Names(string path)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFileSystemEntries(root.At(path)).Select(entry => Path.GetFileName(entry))
                    .OrderBy(name => TrailingNumber().Replace(name, ""), StringComparer.Ordinal)
                    .ThenBy(name => TrailingNumber().Match(name) is { Success: true, Value: var digits }
                        && int.TryParse(digits, out int number) ? number : -1),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The path below the root that a symbolic link leads to; the path itself when it is none.</summary>
    public string RealPath(string path)
    {
        try
        {
            string? target = new FileInfo(root.At(path)).LinkTarget;
            return target is null ? path : Path.GetFullPath(target, Path.GetDirectoryName(path) ?? "/");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    /// <summary>A path of the library, which has the root before it, as the kernel names it.</summary>
    public string WithoutRoot(string path)
    {
        string prefix = Path.GetFullPath(root.Path).TrimEnd('/');
        string full = Path.GetFullPath(path);
        return full.StartsWith(prefix + "/", StringComparison.Ordinal) ? full[prefix.Length..] : full;
    }

    /// <summary>The name of what a symbolic link leads to, such as a device's driver.</summary>
    public string? LinkName(string path) => RealPath(path) is var real && real != path ? Path.GetFileName(real) : null;

    [GeneratedRegex("[0-9]{1,9}$")]
    private static partial Regex TrailingNumber();
}
