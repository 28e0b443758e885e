// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;

namespace OpenAmp.Fuzz.Tests;

/// <summary>The folders of inputs: tests/data/fuzz has what is kept, artifacts/fuzz what a run found.</summary>
internal static class Corpus
{
    public const string SeedPrefix = "seed-";

    private static readonly string s_root = FindRoot();

    /// <summary>Where a target's kept inputs are.</summary>
    public static string FolderOf(string target) => Path.Combine(s_root, "tests", "data", "fuzz", target);

    /// <summary>Where a target's finds go.</summary>
    public static string FindsOf(string target) => Path.Combine(s_root, "artifacts", "fuzz", target);

    /// <summary>The kept inputs of a target, in the order of their names.</summary>
    public static IEnumerable<string> FilesOf(string target)
        => Directory.Exists(FolderOf(target))
            ? Directory.EnumerateFiles(FolderOf(target)).Order(StringComparer.Ordinal)
            : [];

    /// <summary>The kept inputs' contents.</summary>
    public static IReadOnlyList<byte[]> Read(FuzzTarget target) => [.. FilesOf(target.Name).Select(File.ReadAllBytes)];

    /// <summary>Writes an input that failed where people find it.</summary>
    /// <returns>What it broke, and the command that runs it again.</returns>
    public static string Report(FuzzTarget target, FuzzFailure failure)
    {
        string folder = FindsOf(target.Name);
        string name = Convert.ToHexStringLower(SHA256.HashData(failure.Input).AsSpan(0, 6));
        string path = Path.Combine(folder, $"{failure.Kind}-{name}.bin");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(path, failure.Input);
        string file = Path.GetRelativePath(s_root, path);
        return $"""
            Target {target.Name}: {failure.Text}
            The input of {failure.Input.Length} bytes is {file}. To run it again:
            dotnet run -c Release --project tests/OpenAmp.Fuzz.Tests -- replay {target.Name} {file}
            Once it is understood, keep it: copy it to {Path.GetRelativePath(s_root, FolderOf(target.Name))}.
            """;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OpenAmp.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
