// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace OpenAmp.Linux;

/// <summary>The name of a socket: NAME.PROCESS.NUMBER.KIND, for example <c>m4.1234.1.processor</c>.</summary>
/// <param name="Name">The name that is shared, as <see cref="Shorten"/> leaves it.</param>
/// <param name="Process">The process that shares it.</param>
/// <param name="Number">Its how-manieth, so that one program may share two of one name.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct SharingName(string Name, int Process, int Number, SharingKind Kind)
{
    // A socket's path has 107 bytes at most, and the directory wants some of them.
    private const int MaxNameBytes = 40;
    private const int HashLength = 8;

    /// <summary>The name as it stands in the file's name: the same for every name of up to 40 plain letters, digits,
    /// - and _; other bytes are escaped, and longer names shortened with a digest of the rest.</summary>
    internal static string Shorten(string name)
    {
        var text = new StringBuilder();
        foreach (byte unit in Encoding.UTF8.GetBytes(name))
        {
            char letter = (char)unit;
            _ = char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'
                ? text.Append(letter)
                : text.Append(CultureInfo.InvariantCulture, $"%{unit:x2}");
        }

        if (text.Length <= MaxNameBytes)
        {
            return text.ToString();
        }

        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        return text.ToString(0, MaxNameBytes - HashLength - 1) + "~" + digest[..HashLength];
    }

    /// <summary>The file's name.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Shorten(Name)}.{Process}.{Number}.{WordFor(Kind)}");

    /// <summary>Reads a file's name. The name comes out as people wrote it, unless it was shortened.</summary>
    internal static bool TryParse(string fileName, out SharingName name)
    {
        name = default;
        if (fileName.Split('.') is not [{ Length: > 0 } text, string process, string number, string word]
            || !int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int processId)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || processId == 0
            || word is not ("processor" or "link")
            || !TryUnescape(text, out string plain))
        {
            return false;
        }

        name = new SharingName(plain, processId, count,
            word == "link" ? SharingKind.Link : SharingKind.Processor);
        return true;
    }

    /// <summary>All sockets of a kind in a directory, in the order of their names. No order, no promise that somebody
    /// listens.</summary>
    internal static IEnumerable<(SharingName Name, string Path)> Find(string directory, SharingKind kind)
    {
        string[] paths = Directory.GetFiles(directory, "*." + WordFor(kind));
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (string path in paths)
        {
            if (TryParse(Path.GetFileName(path), out SharingName name) && name.Kind == kind)
            {
                yield return (name, path);
            }
        }
    }

    private static string WordFor(SharingKind kind) => kind == SharingKind.Link ? "link" : "processor";

    private static bool TryUnescape(string text, out string plain)
    {
        var bytes = new List<byte>();
        plain = "";
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.Add((byte)text[i]);
                continue;
            }

            if (i + 2 >= text.Length || !byte.TryParse(
                text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte unit))
            {
                // Cut in the middle by the shortening: shown as it is.
                plain = text;
                return text.Contains('~', StringComparison.Ordinal);
            }

            bytes.Add(unit);
            i += 2;
        }

        plain = Encoding.UTF8.GetString([.. bytes]);
        return true;
    }
}
