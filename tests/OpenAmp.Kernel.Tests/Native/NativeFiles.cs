// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Tool.Tests;

namespace OpenAmp.Kernel.Tests.Native;

/// <summary>Files that commands look into.</summary>
public sealed class NativeFiles : IDisposable
{
    private readonly TestFolder _folder = new();

    public NativeFiles()
    {
        File.WriteAllBytes(_folder["FIRMWARE"], FirmwareSamples.Elf());
        File.WriteAllBytes(_folder["CORE"], FirmwareSamples.Core());
        File.WriteAllText(_folder["TABLE"], FirmwareSamples.TableJson);
    }

    /// <summary>The path of a file, or the word itself when it is none.</summary>
    public string Named(string word) => File.Exists(_folder[word]) ? _folder[word] : word;

    public void Dispose() => _folder.Dispose();
}
