// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Simulation;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Images;

public sealed class ImageTests
{
    [Fact]
    public async Task AnImageCutAnywhereIsRefusedAndChangesNothing()
    {
        byte[] image = Board.Image();
        await using Board board = await Board.LoadedAsync();
        for (int length = 0; length < image.Length; length += 7)
        {
            await Assert.ThrowsAsync<FirmwareException>(async () => await board.Processor.LoadAsync(
                FirmwareStore.FromMemory(image.AsMemory(0, length)), Board.Token));
            Assert.Equal(RemoteProcessorState.Ready, board.State);
        }

        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Theory]
    [InlineData(ElfClass.Elf32)]
    [InlineData(ElfClass.Elf64)]
    public async Task BothClassesRun(ElfClass elfClass)
    {
        await using Board board = await Board.OpenAsync();
        byte[] image = SimulatedImage.ToElf(new SimulatedImageOptions
        {
            FirmwareName = "echo",
            ResourceTable = TestTable.OneLink,
            Class = elfClass,
        });
        await board.Processor.LoadAsync(FirmwareStore.FromMemory(image), Board.Token);
        Assert.Equal(elfClass == ElfClass.Elf32 ? "ELF32" : "ELF64", board.Processor.Image!.FormatName);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task AnImageStrippedOfItsSectionsRunsWithTheTableThatItsSegmentsHold()
    {
        byte[] image = Board.Image();
        byte[] stripped = [.. image];
        stripped.AsSpan(32, 4).Clear(); // e_shoff
        stripped.AsSpan(46, 6).Clear(); // e_shentsize, e_shnum, e_shstrndx
        await using Board board = await Board.OpenAsync();
        await board.Processor.LoadAsync(FirmwareStore.FromMemory(image), Board.Token);
        DeviceAddress? bySection = board.Processor.Image!.ResourceTableAddress;
        await board.Processor.LoadAsync(FirmwareStore.FromMemory(stripped), Board.Token);
        Assert.NotNull(bySection);
        Assert.Equal(bySection, board.Processor.Image!.ResourceTableAddress);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task ARawImageRunsFromItsFirstByte()
    {
        byte[] table = TestTable.OneLink;
        var raw = new RawFirmwareFormat(
            SimulatedProcessorOptions.DefaultAddress, null, SimulatedImage.TableOffsetBytes, table.Length);
        await using Board board = await Board.OpenAsync(options: Board.Quick with
        {
            Formats = [new ElfFirmwareFormat(), raw],
        });
        byte[] image = SimulatedImage.ToRaw(
            new SimulatedImageOptions { FirmwareName = "echo", ResourceTable = table });
        await board.Processor.LoadAsync(FirmwareStore.FromMemory(image), Board.Token);
        Assert.Equal("raw", board.Processor.Image!.FormatName);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task AFileThatChangesOrShrinksAfterItWasLoadedIsNotRestarted()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Board.Image(), Board.Token);
            await using Board board = await Board.OpenAsync();
            await board.Processor.LoadAsync(path, Board.Token);
            await board.Processor.StartAsync(Board.Token);
            await board.Processor.StopAsync(Board.Token);
            byte[] other = Board.Image();
            other[24]++;
            await WriteOverAsync(path, other);
            FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
                async () => await board.Processor.StartAsync(Board.Token));
            Assert.Contains("has changed since", error.Message, StringComparison.Ordinal);
            Assert.Equal(RemoteProcessorState.Stopped, board.State);
            await WriteOverAsync(path, Board.Image().AsMemory(0, 200).ToArray());
            error = await Assert.ThrowsAsync<FirmwareException>(
                async () => await board.Processor.StartAsync(Board.Token));
            Assert.Contains("ends after", error.Message, StringComparison.Ordinal);
            await WriteOverAsync(path, Board.Image());
            await board.Processor.StartAsync(Board.Token);
            await board.EchoAsync();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9 << 20)]
    public async Task AStreamThatOnlyGoesForwardIsSpooledToMemoryOrDisk(int more)
    {
        byte[] image = [.. Board.Image(), .. new byte[more]];
        image[^1] = 0x5a;
        await using FirmwareStore store = await FirmwareStore.FromStreamAsync(
            new Forward(image), "pipe", 1 << 24, Board.Token);
        Assert.Equal(image.Length, store.LengthBytes);
        byte[] copy = new byte[image.Length];
        await store.ReadAsync(0, copy, Board.Token);
        Assert.True(image.AsSpan().SequenceEqual(copy));
        await using Board board = await Board.OpenAsync();
        await board.Processor.LoadAsync(store, Board.Token);
        await board.Processor.StartAsync(Board.Token);
        await board.EchoAsync();
    }

    [Fact]
    public async Task AStreamLongerThanAllowedIsRefused()
        => await Assert.ThrowsAsync<FirmwareException>(async () => await FirmwareStore.FromStreamAsync(
            new Forward(new byte[1001]), "pipe", 1000, Board.Token));

    [Fact]
    public async Task ASegmentOutsideTheMemoryIsRefusedWithItsPlace()
    {
        await using Board board = await Board.OpenAsync();
        byte[] image = SimulatedImage.ToElf(new SimulatedImageOptions
        {
            FirmwareName = "echo",
            Address = new DeviceAddress(0x5000_0000),
        });
        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
            async () => await board.Processor.LoadAsync(FirmwareStore.FromMemory(image), Board.Token));
        Assert.Contains("0x50000000", error.Message, StringComparison.Ordinal);
        Assert.Contains("memory [0x10000000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsNotThereIsNamed()
    {
        await using Board board = await Board.OpenAsync();
        FirmwareException error = await Assert.ThrowsAsync<FirmwareException>(
            async () => await board.Processor.LoadAsync("/no/such/firmware.elf", Board.Token));
        Assert.Contains("/no/such/firmware.elf", error.Message, StringComparison.Ordinal);
        Assert.Equal(RemoteProcessorState.Offline, board.State);
    }

    private static async Task WriteOverAsync(string path, byte[] content)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.SetLength(0);
        await stream.WriteAsync(content, Board.Token);
    }

    /// <summary>A stream that can be read, and nothing else.</summary>
    private sealed class Forward(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => base.ReadAsync(buffer[..Math.Min(buffer.Length, 1000)], cancellationToken);
    }
}
