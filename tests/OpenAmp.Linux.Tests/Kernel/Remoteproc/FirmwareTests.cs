// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

public sealed class FirmwareTests : KernelBench
{
    [Fact]
    public async Task FirmwareIsCopiedIntoTheSearchPathThatIsSetAndNamedToTheKernel()
    {
        Kernel.SetSearchPath("/mnt/fw");
        string path = KernelFirmware.Write(Builds);
        await using KernelRemoteProcessor processor = await OpenAsync();
        Assert.Equal(RemoteProcessorState.Offline, processor.State);

        await processor.LoadAsync(path, Token);

        Assert.Equal("openamp/m4/echo.elf", Remote.Firmware);
        Assert.Equal(
            await File.ReadAllBytesAsync(path, Token),
            await File.ReadAllBytesAsync(Kernel.At("/mnt/fw/openamp/m4/echo.elf"), Token));
        Assert.Equal(RemoteProcessorState.Ready, processor.State);
        Assert.Single(Directory.GetFiles(Kernel.At("/mnt/fw/openamp/m4")));
        Assert.Single(processor.Table!.Vdevs);
    }

    [Fact]
    public async Task WithoutASearchPathTheFirstDirectoryThatIsThereIsTaken()
    {
        Directory.CreateDirectory(Kernel.At("/lib/firmware/updates"));
        await using KernelRemoteProcessor processor = await OpenAsync();

        await processor.LoadAsync(KernelFirmware.Write(Builds), Token);

        Assert.True(File.Exists(Kernel.At("/lib/firmware/updates/openamp/m4/echo.elf")));
    }

    [Fact]
    public async Task TheDirectoryOfTheOptionsMustBeOneThatTheKernelLooksIn()
    {
        await using KernelRemoteProcessor chosen = await OpenAsync(
            Options with { FirmwareDirectory = "/lib/firmware" });
        await using KernelRemoteProcessor wrong = await OpenAsync(Options with { FirmwareDirectory = "/opt/fw" });
        string path = KernelFirmware.Write(Builds);

        await chosen.LoadAsync(path, Token);
        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(async () => await wrong.LoadAsync(path, Token));

        Assert.True(File.Exists(Kernel.At("/lib/firmware/openamp/m4/echo.elf")));
        Assert.Contains("does not look for firmware in '/opt/fw'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASearchPathThatWasSetWithANewlineIsExplained()
    {
        Kernel.SetSearchPath("/mnt/fw", hasNewline: true);
        await using KernelRemoteProcessor processor = await OpenAsync();

        var error = await Assert.ThrowsAsync<KernelRemoteprocException>(
            async () => await processor.LoadAsync(KernelFirmware.Write(Builds), Token));

        Assert.Contains("echo -n '/mnt/fw'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirmwareThatLiesInTheSearchPathIsNotCopied()
    {
        string path = KernelFirmware.Write(Kernel.At("/lib/firmware/vendor"));
        await using KernelRemoteProcessor processor = await OpenAsync();

        await processor.LoadAsync(path, Token);

        Assert.Equal("vendor/echo.elf", Remote.Firmware);
        Assert.False(Directory.Exists(Kernel.At("/lib/firmware/openamp")));
    }

    [Fact]
    public async Task WhatLiesInTheSearchPathUnderTheSameNameStaysAsItIs()
    {
        Kernel.Write("/lib/firmware/echo.elf", "of a package");
        await using KernelRemoteProcessor processor = await OpenAsync();

        await processor.LoadAsync(KernelFirmware.Write(Builds), Token);
        await processor.ShutdownAsync(Token);

        Assert.Equal("of a package", await File.ReadAllTextAsync(Kernel.At("/lib/firmware/echo.elf"), Token));
    }

    [Fact]
    public async Task AShutdownRemovesTheCopyAndNamesTheOldFirmwareAgain()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();
        await processor.LoadAsync(KernelFirmware.Write(Builds), Token);

        await processor.ShutdownAsync(Token);

        Assert.Equal("rproc-fw", Remote.Firmware);
        Assert.Empty(Directory.GetFiles(Kernel.At("/lib/firmware/openamp/m4")));
        Assert.Equal(RemoteProcessorState.Offline, processor.State);
    }

    [Fact]
    public async Task AnotherImageTakesThePlaceOfTheFirst()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();
        await processor.LoadAsync(KernelFirmware.Write(Builds, "one.elf"), Token);
        await processor.LoadAsync(KernelFirmware.Write(Builds, "two.elf"), Token);

        Assert.Equal("openamp/m4/two.elf", Remote.Firmware);
        Assert.Equal("two.elf", Path.GetFileName(Directory.GetFiles(Kernel.At("/lib/firmware/openamp/m4")).Single()));
    }

    [Fact]
    public async Task AVendorsEntryAtTheEndIsRefusedAndNothingChanges()
    {
        string path = KernelFirmware.Write(Builds, describe: table => table.AddVendor(130, new byte[4]));
        await using KernelRemoteProcessor processor = await OpenAsync();

        var error = await Assert.ThrowsAsync<FirmwareException>(async () => await processor.LoadAsync(path, Token));

        Assert.Contains("RSC062", error.Message, StringComparison.Ordinal);
        Assert.Equal("rproc-fw", Remote.Firmware);
        Assert.False(Directory.Exists(Kernel.At("/lib/firmware/openamp")));
        Assert.Equal(RemoteProcessorState.Offline, processor.State);
    }

    [Fact]
    public async Task WhatIsRefusedCanBeLeftToTheKernel()
    {
        await using KernelRemoteProcessor processor = await OpenAsync(Options with { ChecksFirmware = false });

        await processor.LoadAsync(FirmwareStore.FromMemory(new byte[10], "odd.bin"), Token);

        Assert.Equal("openamp/m4/odd.bin", Remote.Firmware);
        Assert.Null(processor.Image);
    }

    [Fact]
    public async Task AFileThatIsNoElfIsRefusedWithTheReason()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();

        var error = await Assert.ThrowsAsync<FirmwareException>(
            async () => await processor.LoadAsync(FirmwareStore.FromMemory(new byte[10], "short.elf"), Token));

        Assert.Contains("The kernel would refuse it too", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeviceMemoryIsAcceptedOnlyWhereThereIsAnIommu()
    {
        string path = KernelFirmware.Write(
            Builds, describe: table => table.AddDevmem("regs", 0x1000, 0x4000_0000, 0x1000));
        await using KernelRemoteProcessor processor = await OpenAsync();
        var error = await Assert.ThrowsAsync<FirmwareException>(async () => await processor.LoadAsync(path, Token));
        Assert.Contains("RSC063", error.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(Kernel.At("/sys/class/remoteproc/remoteproc0/../../iommu_group"));
        Directory.CreateDirectory(Kernel.At("/sys/devices/platform/10000000.m4/iommu_group"));
        await processor.LoadAsync(path, Token);

        Assert.Equal(RemoteProcessorState.Ready, processor.State);
    }

    [Fact]
    public async Task FirmwareIsNotChangedWhileTheProcessorRuns()
    {
        await using KernelRemoteProcessor processor = await StartAsync();

        var error = await Assert.ThrowsAsync<RemoteProcessorStateException>(
            async () => await processor.LoadAsync(KernelFirmware.Write(Builds, "new.elf"), Token));

        Assert.Equal(RemoteProcessorState.Running, error.State);
        Assert.Equal("openamp/m4/echo.elf", Remote.Firmware);
    }

    [Fact]
    public async Task ANameThatIsTooLongIsRefused()
    {
        await using KernelRemoteProcessor processor = await OpenAsync();

        byte[] image = await File.ReadAllBytesAsync(KernelFirmware.Write(Builds), Token);
        await Assert.ThrowsAsync<FirmwareException>(
            async () => await processor.LoadAsync(FirmwareStore.FromMemory(image, new string('x', 300)), Token));
    }
}
