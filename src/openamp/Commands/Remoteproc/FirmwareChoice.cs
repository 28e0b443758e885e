// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using OpenAmp.Linux;
using OpenAmp.Tool.Devices;

namespace OpenAmp.Tool.Commands.Remoteproc;

/// <summary>Which file is meant by firmware's name on a command line.</summary>
internal static class FirmwareChoice
{
    /// <summary>The file itself, or one of that name where the kernel looks for firmware.</summary>
    /// <exception cref="IOException">There is neither.</exception>
    public static string PathOf(string name, FoundProcessor found, KernelRoot root)
    {
        if (File.Exists(name))
        {
            return name;
        }

        var path = new FirmwarePath(new Sysfs(root));
        if (found.Kernel is null || Path.IsPathRooted(name) || path.Find(name) is not { } placed)
        {
            throw new IOException(found.Kernel is null || Path.IsPathRooted(name)
                ? $"there is no file '{name}'"
                : $"there is no file '{name}', neither here nor in {string.Join(", ", path.Folders)}");
        }

        return root.At(placed);
    }
}
