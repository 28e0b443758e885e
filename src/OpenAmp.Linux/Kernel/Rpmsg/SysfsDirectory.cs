// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>Reading of sysfs, where everything may vanish between two looks: what is gone reads as null.</summary>
internal static class SysfsDirectory
{
    /// <summary>As many links as the kernel follows in one path.</summary>
    private const int MaxLinks = 40;

    /// <summary>The entries of a directory, in order; none when it is not there.</summary>
    internal static IReadOnlyList<string> Entries(string path)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>An attribute without the line's end, or null.</summary>
    internal static string? Read(string directory, string attribute)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, attribute)).TrimEnd('\n');
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where a directory really is: links are followed in every part of its path. Null when it is not there.
    /// </summary>
    internal static string? Resolve(string path)
    {
        try
        {
            string real = Follow(Path.GetFullPath(path), MaxLinks);
            return Directory.Exists(real) ? real : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A line of the attribute <c>uevent</c>, such as <c>DEVNAME</c>, or null.</summary>
    internal static string? ReadEvent(string directory, string key)
        => Read(directory, "uevent")?.Split('\n')
            .FirstOrDefault(line => line.StartsWith(key + '=', StringComparison.Ordinal))?[(key.Length + 1)..];

    /// <summary>An address as one kernel or another writes it: 0x400, 1024, -1, ffffffff.</summary>
    internal static uint? ParseAddress(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return uint.TryParse(
                text.AsSpan(2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out uint hexadecimal)
                ? hexadecimal
                : null;
        }

        return long.TryParse(
            text, System.Globalization.NumberStyles.AllowLeadingSign, null, out long value)
                && value is >= int.MinValue and <= uint.MaxValue
            ? unchecked((uint)value)
            : null;
    }

    // Part by part: a link's target is relative to where the link really is, and not to how one came there.
    private static string Follow(string path, int linksLeft)
    {
        if (Path.GetDirectoryName(path) is not { } above)
        {
            return path;
        }

        string directory = Follow(above, linksLeft);
        string entry = Path.Combine(directory, Path.GetFileName(path));
        return new FileInfo(entry).LinkTarget is { } target && linksLeft > 0
            ? Follow(Path.GetFullPath(Path.Combine(directory, target)), linksLeft - 1)
            : entry;
    }
}
