// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using OpenAmp.Qemu;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Boards;

/// <summary>The repository that this program was built in: where its firmware is, by name.</summary>
internal static class Repository
{
    /// <summary>What installs the programs that boards need.</summary>
    public const string SetupCommand = "./eng/setup";

    private const string Extension = ".elf";

    /// <summary>Its folder; <see langword="null"/> when this program was installed elsewhere.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>A text with the paths of this repository's files as they are below its folder.</summary>
    public static string WithoutRoot(string text)
        => Root is null ? text : text.Replace(Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    /// <summary>The names of the firmware that is built for a board.</summary>
    public static IReadOnlyList<string> FirmwareFor(QemuBoard board)
        => FolderOf(board) is { } folder && Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(Path.GetFileNameWithoutExtension)
                .OfType<string>().Order(StringComparer.Ordinal)]
            : [];

    /// <summary>The file of a firmware.</summary>
    /// <param name="nameOrPath">A name such as <c>echo</c>, which is one of this repository's, or a path.</param>
    /// <param name="board">The board that it is for.</param>
    /// <exception cref="FirmwareException">It is a name, and not built for the board.</exception>
    public static string FindFirmware(string nameOrPath, QemuBoard board)
    {
        bool isName = nameOrPath.Length > 0 && nameOrPath.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        if (!isName || FolderOf(board) is not { } folder)
        {
            return nameOrPath;
        }

        string path = Path.Combine(folder, nameOrPath + Extension);
        if (File.Exists(path))
        {
            return Path.GetRelativePath(Environment.CurrentDirectory, path) is var near && near[0] != '.' ? near : path;
        }

        if (File.Exists(nameOrPath))
        {
            return nameOrPath;
        }

        throw new FirmwareException(NotBuilt(nameOrPath, board, path));
    }

    private static string NotBuilt(string name, QemuBoard board, string path)
    {
        string begin = $"there is no firmware '{name}' for board '{board.Name}': expected the file '{path}'";
        string built = FirmwareFor(board) is { Count: > 0 } names
            ? $"; built for it: {string.Join(", ", names)}" : "";
        bool isOurs = File.Exists(Path.Combine(Root!, "firmware", name, name + ".csproj"));
        return begin + built + (isOurs
            ? $"; build it with: ./eng/firmware --board {board.Name} {name}"
            : "; give one of those names, or the path of an ELF");
    }

    private static string? FolderOf(QemuBoard board)
        => Root is null ? null : Path.Combine(Root, "artifacts", "firmware", board.Name);

    private static string? FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "firmware", "boards")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
