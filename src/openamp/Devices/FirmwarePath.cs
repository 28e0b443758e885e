// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace OpenAmp.Tool.Devices;

/// <summary>Where the kernel looks for firmware files, in its order.</summary>
internal sealed class FirmwarePath
{
    private static readonly string[] Endings = ["", ".zst", ".xz"];

    private readonly Sysfs _sysfs;

    public FirmwarePath(Sysfs sysfs)
    {
        _sysfs = sysfs;
        string? first = sysfs.Text("/sys/module/firmware_class/parameters/path");
        string? release = KernelFeature.ReleaseOf(sysfs);
        Folders =
        [
            .. first is { Length: > 0 } && first[0] == '/' ? [first] : Array.Empty<string>(),
            .. release is null ? Array.Empty<string>() : [$"/lib/firmware/updates/{release}"],
            "/lib/firmware/updates",
            .. release is null ? Array.Empty<string>() : [$"/lib/firmware/{release}"],
            "/lib/firmware",
        ];
    }

    public IReadOnlyList<string> Folders { get; }

    /// <summary>The first file that the kernel would take for a name, compressed or not.</summary>
    public string? Find(string name)
        => name.Length == 0 ? null : Folders
            .SelectMany(_ => Endings, (folder, ending) => $"{folder}/{name}{ending}")
            .FirstOrDefault(path => File.Exists(_sysfs.Root.At(path)));

    /// <summary>Whether the kernel unpacks it.</summary>
    public static bool IsCompressed(string path) => Path.GetExtension(path) is ".zst" or ".xz";
}
