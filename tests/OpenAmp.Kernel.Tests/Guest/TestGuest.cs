// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Guest;

/// <summary>What every test with a guest needs: its image, the native programs, and a guest of them. A test is skipped,
/// with the command that helps, where a part is not built.</summary>
internal static class TestGuest
{
    /// <summary>Where the native programs are, if not where eng/publish puts them.</summary>
    internal const string ProgramsVariable = "OPENAMP_NATIVE_PROGRAMS";

    /// <summary>The name of the folder with the native programs: the guest has them as /mnt/bin/openamp and
    /// /mnt/bin/kernel-probe.</summary>
    internal const string ProgramsFolder = "bin";

    /// <summary>No test measures: this is for machines that do ten other things.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The guest's image; skips the test without one.</summary>
    internal static LinuxGuestImage Image
    {
        get
        {
            LinuxGuestImage? image = LinuxGuestImage.Find();
            Assert.SkipWhen(image is null, Environment.GetEnvironmentVariable("OPENAMP_NO_LINUX_GUEST") is { } reason
                ? $"The guest kernel could not be built: {reason}"
                : "No guest kernel is built; eng/linux-guest builds one.");
            return image!;
        }
    }

    /// <summary>The folder with the native programs; skips the test when the program is not there.</summary>
    /// <param name="program">"openamp" or "kernel-probe".</param>
    internal static string ProgramsWith(string program)
    {
        string folder = Environment.GetEnvironmentVariable(ProgramsVariable) is { Length: > 0 } chosen ? chosen
            : Path.Combine(RepositoryRoot(), "artifacts", "publish", "linux-x64");
        Assert.SkipUnless(
            File.Exists(Path.Combine(folder, program)),
            $"The native program '{program}' is not in '{folder}'; eng/publish builds it.");
        return folder;
    }

    /// <summary>What a guest for tests is made of. With <paramref name="program"/>, it has the native
    /// programs.</summary>
    internal static LinuxGuestOptions Options(string? program = null, params GuestDevice[] devices)
    {
        Dictionary<string, string> folders = [];
        if (program is not null)
        {
            folders[ProgramsFolder] = ProgramsWith(program);
        }

        return new LinuxGuestOptions
        {
            Image = Image,
            Devices = devices,
            Folders = folders,
            StartTime = Patience,
            CommandTime = Patience,
        };
    }

    /// <summary>Starts a guest; the test disposes it.</summary>
    internal static Task<LinuxGuest> StartAsync(params GuestDevice[] devices)
        => LinuxGuest.StartAsync(Options(program: null, devices), Token);

    /// <summary>Starts a guest that has a native program in /mnt/bin; the test disposes it.</summary>
    internal static Task<LinuxGuest> StartWithAsync(string program, params GuestDevice[] devices)
        => LinuxGuest.StartAsync(Options(program, devices), Token);

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Fails when the kernel complained about anything.</summary>
    internal static void AssertNoWarning(LinuxGuest guest)
    {
        string[] signs = ["WARNING:", "BUG:", "Oops", "Call Trace", "is not a head", "uhm, ", "panic"];
        Assert.DoesNotContain(
            guest.KernelLog,
            line => Array.Exists(signs, sign => line.Contains(sign, StringComparison.Ordinal)));
    }

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpenAmp.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds OpenAmp.slnx.");
    }
}
