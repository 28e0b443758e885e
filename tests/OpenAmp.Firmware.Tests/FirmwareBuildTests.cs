// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Firmware.Tests;

/// <summary>What the build of a firmware insists on.</summary>
public sealed class FirmwareBuildTests : IDisposable
{
    private const string Board = "mps2-an386";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("openamp-build-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task TheEchoFirmwareFitsFiveKibibytesOfFlashAndOneOfMemory()
    {
        string elf = await FirmwareImages.BuildAsync("echo", Board);
        byte[] report = await File.ReadAllBytesAsync(
            Path.ChangeExtension(elf, ".size.json"), TestContext.Current.CancellationToken);
        using var size = JsonDocument.Parse(report);
        Assert.Equal(5120, size.RootElement.GetProperty("ownFlashBudgetBytes").GetInt32());
        Assert.Equal(1024, size.RootElement.GetProperty("ownRamBudgetBytes").GetInt32());
        Assert.InRange(size.RootElement.GetProperty("flashBytes").GetInt32(), 3000, 5120);
        Assert.InRange(size.RootElement.GetProperty("ramBytes").GetInt32(), 100, 1024);
    }

    [Fact]
    public async Task AFirmwareBeyondABudgetDoesNotBuildAndTheMessageNamesBothSizes()
    {
        (int exitCode, string output) = await FirmwareImages.BuildApartAsync(
            "echo", Board, _folder.FullName, ("FirmwareFlashBudget", "2000"), ("FirmwareRamBudget", "100"));
        Assert.NotEqual(0, exitCode);
        Assert.Matches("error OAF100: .* takes [0-9]{4} bytes of flash, FirmwareFlashBudget .* is 2000", output);
        Assert.Matches("error OAF100: .* takes [0-9]{3} bytes of RAM, FirmwareRamBudget .* is 100", output);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "echo.elf")));
    }

    [Fact]
    public async Task ARemoteWithoutAVirtioDeviceDoesNotBuildAndTheMessageNamesTheTable()
    {
        string table = Path.Combine(FirmwareImages.Root, "firmware/selftest/resource-table.json");
        (int exitCode, string output) = await FirmwareImages.BuildApartAsync(
            "echo", Board, _folder.FullName, ("FirmwareTable", table));
        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            $"error OAF102: {table} has no entry of kind 'vdev', so echo would have no link", output,
            StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "echo.elf")));
    }
}
