// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.VhostUser;

/// <summary>The guest's program that sends messages by /dev/rpmsgN and checks each answer.</summary>
internal static class GuestRoundTrip
{
    private const string FolderName = "roundtrip";

    private static readonly Lazy<string> Folder = new(Compile);

    /// <summary>What a guest is made of that has the program.</summary>
    internal static LinuxGuestOptions In(LinuxGuestOptions options)
        => options with { Folders = new Dictionary<string, string> { [FolderName] = Folder.Value } };

    /// <summary>Runs it; fails with what it says unless every message came back.</summary>
    internal static async Task RunAsync(LinuxGuest guest, int count, int bytes = 64)
    {
        string command = string.Create(CultureInfo.InvariantCulture,
            $"/mnt/{FolderName}/roundtrip {count} 0x{KernelRemote.EchoAddress:x} {bytes}");
        string said = (await guest.RunAsync(command, TestGuest.Token)).Required();
        Assert.StartsWith($"round-trips {count} min ", said, StringComparison.Ordinal);
    }

    private static string Compile()
    {
        string folder = Directory.CreateTempSubdirectory("openamp-test-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        using Process compiler = Process.Start("cc",
        [
            "-O2", "-Wall", "-Werror", "-o", Path.Combine(folder, "roundtrip"),
            Path.Combine(AppContext.BaseDirectory, "VhostUser", "roundtrip.c"),
        ]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return folder;
    }
}
