// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;

namespace OpenAmp.UserModeLinux;

/// <summary>A built guest: its kernel, its modules and its userland, as eng/linux-guest leaves them.</summary>
/// <remarks>One directory with the files linux, busybox and *.ko, which nobody changes any more. Holding one proves
/// that kernel and userland were there.</remarks>
public sealed record LinuxGuestImage
{
    private const string Variable = "OPENAMP_LINUX_GUEST";
    private const string Kernel = "linux";
    private const string Userland = "busybox";

    private LinuxGuestImage(string directory) => Directory = directory;

    /// <summary>The directory, absolute.</summary>
    public string Directory { get; }

    /// <summary>The kernel: an executable of the host.</summary>
    public string KernelPath => Path.Combine(Directory, Kernel);

    /// <summary>The userland: busybox, linked statically.</summary>
    public string BusyBoxPath => Path.Combine(Directory, Userland);

    /// <summary>Where the modules lie that the kernel can load: rpmsg_client_sample.ko and vrproc.ko. The guest sees
    /// them as /modules.</summary>
    public string ModulesDirectory => Directory;

    /// <summary>Opens the image in a directory.</summary>
    /// <param name="directory">The directory; absolute, or relative to the current one.</param>
    /// <returns>The image.</returns>
    /// <exception cref="FileNotFoundException">The directory or one of its files is not there.</exception>
    public static LinuxGuestImage Open(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        LinuxGuestImage image = new(Path.GetFullPath(directory));
        foreach (string path in (string[])[image.KernelPath, image.BusyBoxPath])
        {
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"The guest's image has no file '{path}': build one with "
                    + "eng/linux-guest, which prints where it is.", path);
            }
        }

        return image;
    }

    /// <summary>Finds an image on this machine: the directory that $OPENAMP_LINUX_GUEST names, else the newest that
    /// eng/linux-guest built for this user. Reads directories; builds nothing.</summary>
    /// <returns>The image, or <see langword="null"/> when there is none.</returns>
    /// <exception cref="FileNotFoundException">$OPENAMP_LINUX_GUEST names a directory that holds no image.</exception>
    public static LinuxGuestImage? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen)
        {
            return Open(chosen);
        }

        // Complete ones only: a build moves its directory here as its last step.
        DirectoryInfo cache = new(Path.Combine(CacheHome(), "openamp", "linux-guest"));
        return !cache.Exists ? null : cache.EnumerateDirectories()
            .Where(entry => !entry.Name.StartsWith('.') && File.Exists(Path.Combine(entry.FullName, Kernel))
                && File.Exists(Path.Combine(entry.FullName, Userland)))
            .OrderByDescending(entry => entry.LastWriteTimeUtc)
            .Select(entry => new LinuxGuestImage(entry.FullName)).FirstOrDefault();
    }

    private static string CacheHome()
        => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
