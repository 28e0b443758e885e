// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace OpenAmp.Linux;

/// <summary>Finds what is shared. Disturbs no program: nobody is connected to.</summary>
internal static class SharedSockets
{
    // A socket that nobody listens at any more is removed when it is older: its program may be about to listen.
    private static readonly TimeSpan YoungTime = TimeSpan.FromMinutes(1);

    /// <summary>All that is shared of a kind. What dead programs left there is not listed, and is removed.</summary>
    /// <exception cref="IOException">The directory is not this user's alone.</exception>
    internal static IReadOnlyList<(SharingName Name, string Path)> List(SharingKind kind, string? directory)
    {
        directory = Path.GetFullPath(directory ?? SharingDirectory.Default);
        return SharingDirectory.TryCheck(directory)
            ? [.. SharingName.Find(directory, kind).Where(found => IsAlive(found.Name, found.Path))]
            : [];
    }

    /// <summary>The one that a selector names: its name, name@process, process or path.</summary>
    /// <exception cref="SharingException">There is none, or more than one.</exception>
    internal static string Find(SharingKind kind, string selector, string? directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(selector);
        if (selector.Contains('/', StringComparison.Ordinal))
        {
            return selector;
        }

        IReadOnlyList<(SharingName Name, string Path)> all = List(kind, directory);
        (SharingName Name, string Path)[] found = [.. all.Where(entry => Matches(entry.Name, entry.Path, selector))];
        string what = kind == SharingKind.Link ? "link" : "processor";
        return found.Length switch
        {
            1 => found[0].Path,
            0 => throw new SharingException($"No program of this user shares a {what} '{selector}'; shared are: "
                + Describe(all) + "."),
            _ => throw new SharingException($"More than one {what} '{selector}' is shared: {Describe(found)}. Name one "
                + "as NAME@PROCESS."),
        };
    }

    private static bool Matches(SharingName name, string path, string selector)
    {
        int at = selector.LastIndexOf('@');
        string process = name.Process.ToString(CultureInfo.InvariantCulture);
        return IsNamed(name, path, selector)
            || selector == process
            || (at > 0 && selector[(at + 1)..] == process && IsNamed(name, path, selector[..at]));
    }

    // A name that was shortened is found by what it was shortened to.
    private static bool IsNamed(SharingName name, string path, string text)
        => name.Name == text
            || Path.GetFileName(path).StartsWith(SharingName.Shorten(text) + '.', StringComparison.Ordinal);

    private static string Describe(IReadOnlyList<(SharingName Name, string Path)> found)
        => found.Count == 0 ? "none"
            : string.Join(", ", found.Select(static entry => $"{entry.Name.Name}@{entry.Name.Process}"));

    private static bool IsAlive(SharingName name, string path)
    {
        try
        {
            if (!SharingDirectory.IsOwnSocket(path))
            {
                return false;
            }

            // A socket of packets refuses one of datagrams by type when somebody is bound to it.
            using var probe = UnixSocket.Create(Interop.SOCK_DGRAM);
            int errno = UnixSocket.Connect(probe, path);
            if (errno != Errno.ECONNREFUSED)
            {
                return errno == Errno.EPROTOTYPE;
            }

            // Process ids come again: one that is alive may be another's.
            if (ProcessStatus.IsDead(name.Process)
                || DateTimeOffset.UtcNow - File.GetLastWriteTimeUtc(path) > YoungTime)
            {
                File.Delete(path);
            }

            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false; // It was removed this moment, or is no path that a socket has.
        }
    }
}
