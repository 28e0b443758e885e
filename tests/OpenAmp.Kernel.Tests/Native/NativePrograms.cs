// SPDX-License-Identifier: BSD-3-Clause

using System.IO;
using System.Text.RegularExpressions;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Tool.Tests;
using Xunit;

namespace OpenAmp.Kernel.Tests.Native;

/// <summary>The tool as a native binary: how it is started.</summary>
internal static partial class NativePrograms
{
    private const string Emulator = "/usr/bin/qemu-aarch64";
    private const string Arm64Libraries = "/usr/aarch64-linux-gnu";

    /// <summary>The binary of this machine; skips the test without one.</summary>
    internal static string X64 => Path.Combine(TestGuest.ProgramsWith("openamp"), "openamp");

    /// <summary>What starts the binary for arm64; skips the test when it, or the emulator of its processor, is not
    /// there.</summary>
    internal static string[] Arm64
    {
        get
        {
            string program = Path.Combine(
                Path.GetDirectoryName(TestGuest.ProgramsWith("openamp"))!, "linux-arm64", "openamp");
            Assert.SkipUnless(File.Exists(program), $"'{program}' is not there; eng/publish makes it.");
            Assert.SkipUnless(
                File.Exists(Emulator) && Directory.Exists(Arm64Libraries),
                $"{Emulator} (package qemu-user) or {Arm64Libraries} (libc6-arm64-cross) is missing.");
            return [Emulator, "-L", Arm64Libraries, program];
        }
    }

    /// <summary>A text without the commit behind a version: a binary is made anew when sources change, and not for
    /// each commit.</summary>
    internal static string WithoutCommit(string text) => Commit().Replace(text, "");

    [GeneratedRegex(@"(?<=\d)\+[0-9a-f]{40}")]
    private static partial Regex Commit();

    internal static ToolProcess Start(string[] program, params string[] arguments)
        => ToolProcess.StartAny([.. program, .. arguments]);
}
