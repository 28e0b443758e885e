// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>Whatever a file is, a command ends soon, with its exit code and at most one line.</summary>
public sealed class FirmwareHostileTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("inspect")]
    [InlineData("lint")]
    [InlineData("table")]
    public async Task ATruncatedFileIsRefusedInOneLine(string command)
    {
        using var folder = new FileFolder();
        byte[] elf = FirmwareSamples.Elf();
        foreach (int length in (int[])[0, 3, 20, 52, 100, 0x210, elf.Length - 1])
        {
            string file = folder.Write("cut.elf", elf.AsSpan(0, length));
            ToolResult refused = (await ToolProcess.RunAsync("firmware", command, file)).MustExit(1);
            Assert.Contains("cut.elf", refused.ErrorLine, StringComparison.Ordinal);
            Assert.Contains("offset 0x", refused.ErrorLine, StringComparison.Ordinal);
            Assert.Empty(refused.Output);
        }
    }

    [Fact]
    public async Task RandomBytesInAnyPlaceEndInOneLineOrNone()
    {
        using var folder = new FileFolder();
        byte[][] files = [FirmwareSamples.Elf(), FirmwareSamples.Table(), FirmwareSamples.Core()];
        ulong state = 1;
        for (int round = 0; round < 24; round++)
        {
            byte[] bytes = [.. files[round % files.Length]];
            for (int change = 0; change < 6; change++)
            {
                bytes[Next(ref state) % (ulong)Math.Min(bytes.Length, 0x400)] = unchecked((byte)Next(ref state));
            }

            string file = folder.Write("odd.bin", bytes);
            string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
            ToolResult result = round % files.Length == 2
                ? await ToolProcess.RunAsync("coredump", "inspect", file, "--firmware", elf)
                : await ToolProcess.RunAsync("firmware", round % 2 == 0 ? "inspect" : "lint", file);
            Assert.True(result.ExitCode is 0 or 1, result.ToString());
            Assert.DoesNotContain("unexpected", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
            Assert.InRange(result.Elapsed, TimeSpan.Zero, Soon);
        }
    }

    [Fact]
    public async Task ANameCannotSpeakToTheTerminal()
    {
        using var folder = new FileFolder();
        byte[] table = FirmwareSamples.Table();
        int name = table.AsSpan().IndexOf("trace0"u8);
        "\u001b[2J[red]"u8.CopyTo(table.AsSpan(name));
        ToolResult shown = (await ToolProcess.RunAsync("firmware", "inspect", folder.Write("t.bin", table)))
            .MustExit(0);
        Assert.DoesNotContain("\u001b", shown.Output, StringComparison.Ordinal);
        Assert.Contains("␛[2J[red]", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no file", "/nonexistent/fw.elf")]
    [InlineData("is a folder", "/tmp")]
    [InlineData("no firmware", "/etc/passwd")]
    [InlineData("does not end", "/dev/zero")]
    public async Task WhatIsNoFirmwareIsSaid(string what, string path)
    {
        ToolResult refused = (await ToolProcess.RunAsync("firmware", "inspect", path, "--json")).MustExit(1);
        Assert.Contains(what, refused.ErrorLine, StringComparison.Ordinal);
        Assert.Contains(what, refused.Json().GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private static ulong Next(ref ulong state)
    {
        state = unchecked((state * 6364136223846793005) + 1442695040888963407);
        return state >> 33;
    }
}
