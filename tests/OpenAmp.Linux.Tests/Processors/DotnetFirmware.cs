// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux.Tests;

/// <summary>This test program as firmware: its launcher with a resource table added.</summary>
internal static class DotnetFirmware
{
    /// <summary>Device address of the trace buffer of two halves.</summary>
    internal const ulong TraceAddress = 0x1001_0000;

    private const uint TraceBytes = 0x1000;

    private static readonly Lazy<string> Made = new(
        () => Make("openamp-dotnet-firmware", new ResourceTableBuilder().AddRpmsgVdev(16)));

    private static readonly Lazy<string> MadeWithTrace = new(
        () => Make("openamp-dotnet-trace-firmware", new ResourceTableBuilder(version: 2)
            .AddCarveout("area", TraceBytes, TraceAddress)
            .AddFlipFlopTrace("log", TraceAddress, TraceBytes)
            .AddRpmsgVdev(16)));

    internal static string Path => Made.Value;

    /// <summary>The same with a trace buffer that rings, in a table of version 2.</summary>
    internal static string TracePath => MadeWithTrace.Value;

    /// <summary>The arguments with which it plays a role of <see cref="FirmwareRoles"/>.</summary>
    internal static string[] Playing(string role, params string[] more) => [OtherProcess.Switch, role, .. more];

    private static string Make(string name, ResourceTableBuilder table)
    {
        string launcher = System.IO.Path.Combine(AppContext.BaseDirectory, "OpenAmp.Linux.Tests");
        string path = System.IO.Path.Combine(AppContext.BaseDirectory, name);
        ElfEdit edit = ElfEditor.SetSection(File.ReadAllBytes(launcher), ".resource_table", table.ToBytes());
        File.WriteAllBytes(path, edit.File.ToArray());
        File.SetUnixFileMode(path, File.GetUnixFileMode(launcher));
        return path;
    }
}
