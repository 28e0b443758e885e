// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Remoteproc;
using OpenAmp.Simulation;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

/// <summary>Small firmware files for tests.</summary>
internal static class KernelFirmware
{
    /// <summary>Writes an image with a resource table.</summary>
    /// <returns>The path.</returns>
    public static string Write(
        string directory,
        string name = "echo.elf",
        Action<ResourceTableBuilder>? describe = null)
    {
        var table = new ResourceTableBuilder().AddRpmsgVdev(32, 16);
        describe?.Invoke(table);
        byte[] elf = SimulatedImage.ToElf(new SimulatedImageOptions
        {
            FirmwareName = "echo",
            ResourceTable = table.ToBytes(),
        });
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, name);
        File.WriteAllBytes(path, elf);
        return path;
    }
}
