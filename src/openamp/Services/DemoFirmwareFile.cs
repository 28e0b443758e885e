// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands;

namespace OpenAmp.Tool.Services;

/// <summary>The file of the demo's firmware. The build puts one beside the tool; a native binary is one file, and makes
/// its firmware out of itself, in a folder that goes when this is disposed.</summary>
internal sealed class DemoFirmwareFile : IDisposable
{
    /// <summary>What the file is called.</summary>
    public const string Name = "demo-firmware.elf";

    private const string TableName = "demo-firmware.json";

    private readonly string? _folder;

    private DemoFirmwareFile(string path, string? folder = null)
    {
        Path = path;
        _folder = folder;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Finds it, or makes it.</summary>
    /// <exception cref="IOException">There is no room for it.</exception>
    public static DemoFirmwareFile Open()
        => OwnProgram.IsNative ? Make() : At(System.IO.Path.Combine(AppContext.BaseDirectory, Name));

    /// <summary>One that is there already, and stays.</summary>
    public static DemoFirmwareFile At(string path) => new(path);

    public void Dispose()
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // This program with a resource table: Program.cs knows when it is firmware.
    private static DemoFirmwareFile Make()
    {
        ElfEdit edit = ElfEditor.SetSection(
            InputFile.Read(OwnProgram.FilePath), ElfFirmwareFormat.ResourceTableSection, ReadTable().ToBytes());
        string folder = Directory.CreateTempSubdirectory("openamp-firmware-").FullName;
        var file = new DemoFirmwareFile(System.IO.Path.Combine(folder, Name), folder);
        try
        {
            File.WriteAllBytes(file.Path, edit.File.Span);
            File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ResourceTableDocument ReadTable()
    {
        using Stream stream = typeof(DemoFirmwareFile).Assembly.GetManifestResourceStream(TableName)!;
        byte[] json = new byte[stream.Length];
        stream.ReadExactly(json);
        return ResourceTableDocument.Parse(json);
    }
}
