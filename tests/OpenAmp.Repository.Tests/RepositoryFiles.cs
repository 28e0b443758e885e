// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Repository.Tests;

/// <summary>The files of the repository that this test was built from.</summary>
internal static class RepositoryFiles
{
    // Everything else is read: what is left lying about is found too.
    private static readonly string[] IgnoredFolders = [".git", "artifacts", ".vs", ".vscode", ".idea"];
    private static readonly string[] IgnoredEndings = [".swp", ".bin", ".elf", ".dtb", ".png"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> All { get; } = [.. Read(new DirectoryInfo(Root))];

    public static SourceFile? Find(string path) => All.SingleOrDefault(file => file.Path == path);

    private static IEnumerable<SourceFile> Read(DirectoryInfo folder)
        => folder.EnumerateFiles()
            .Where(file => file.Name != ".git" && !IgnoredEndings.Contains(file.Extension))
            .Select(file => new SourceFile(RelativePath(file), File.ReadAllText(file.FullName)))
            .Concat(folder.EnumerateDirectories()
                .Where(child => !IgnoredFolders.Contains(child.Name))
                .SelectMany(Read));

    private static string RelativePath(FileInfo file)
        => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpenAmp.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds OpenAmp.slnx.");
    }
}
