// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.IO.Compression;
using System.Linq;

namespace OpenAmp.Tool.Devices;

/// <summary>A part of the kernel that may be built in, a module or left out.</summary>
/// <param name="Option">Its name in the kernel's configuration: CONFIG_RPMSG_CHAR.</param>
/// <param name="Module">Its name as a module: rpmsg_char.</param>
/// <param name="CanBeModule">Whether it can be one; else it is built in or left out, and the name is for the
/// log.</param>
internal sealed record KernelFeature(string Option, string Module, bool CanBeModule = true)
{
    /// <summary>The running kernel's release, such as 6.1.0-37-amd64.</summary>
    public static string? ReleaseOf(Sysfs sysfs) => sysfs.Text("/proc/sys/kernel/osrelease");

    /// <summary>What to do when it is missing, from what the kernel's configuration and module list say.</summary>
    public string Remedy(Sysfs sysfs)
    {
        if (IsInstalled(sysfs))
        {
            return $"modprobe {Module}";
        }

        return SettingIn(sysfs) switch
        {
            null or "n" when !CanBeModule => $"a kernel with {Option}=y",
            null => $"modprobe {Module}; if there is no such module, a kernel with {Option}=y or m",
            "n" => $"a kernel with {Option}=y or m: this one was built without it",
            "m" => $"install the module {Module} of this kernel, then: modprobe {Module}",
            _ => $"it is built in ({Option}=y): dmesg | grep {Module} may say why it is not there",
        };
    }

    private bool IsInstalled(Sysfs sysfs)
        => ReleaseOf(sysfs) is { } release
            && LinesOf(sysfs, $"/lib/modules/{release}/modules.dep").Any(line => line.Split(':')[0]
                .Split('/')[^1].Split('.')[0].Replace('-', '_') == Module);

    // y, m, n, or null when nobody says.
    private string? SettingIn(Sysfs sysfs)
    {
        string[] lines = [.. Configuration(sysfs)];
        string? set = lines.FirstOrDefault(line => line.StartsWith(Option + "=", StringComparison.Ordinal));
        return set is not null ? set[(Option.Length + 1)..] : lines.Length > 0 ? "n" : null;
    }

    private static string[] Configuration(Sysfs sysfs)
    {
        string packed = sysfs.Root.At("/proc/config.gz");
        if (!File.Exists(packed))
        {
            return ReleaseOf(sysfs) is { } release ? LinesOf(sysfs, $"/boot/config-{release}") : [];
        }

        try
        {
            using var stream = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd().Split('\n');
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException
            or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string[] LinesOf(Sysfs sysfs, string path)
    {
        try
        {
            return File.Exists(sysfs.Root.At(path)) ? File.ReadAllLines(sysfs.Root.At(path)) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
