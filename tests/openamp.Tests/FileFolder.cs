// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;

namespace OpenAmp.Tool.Tests;

/// <summary>A folder for the files of one test; disposing removes it.</summary>
internal sealed class FileFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("openamp-tool-");

    /// <summary>The names of what is in it.</summary>
    public string[] Names => [.. _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order()];

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public byte[] Read(string name) => File.ReadAllBytes(At(name));

    public void Dispose() => _folder.Delete(recursive: true);
}
