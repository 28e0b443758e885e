// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>What the kernel keeps of a crashed processor's memory.</summary>
public sealed class CoredumpTests
{
    private const int ElfHeaderBytes = 52;
    private const int SegmentHeaderBytes = 32;
    private const int ContentAt = ElfHeaderBytes + SegmentHeaderBytes;
    private const string Dump = "/sys/class/devcoredump/devcd*/data";

    private static CancellationToken Token => TestGuest.Token;

    [Theory]
    [InlineData("enabled")]
    [InlineData("inline")]
    public async Task ADumpIsTheMemoryByteForByte(string mode)
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();

        // Without a virtio device, whose status the kernel clears in the memory before it dumps it.
        host.AddFirmware("quiet.elf", KernelImage.ToElf("idle", RawTable.Of(
            (RawTable.Trace, RawTable.TraceBuffer(KernelImage.TraceAddress, KernelImage.TraceBytes)))));
        _ = (await host.WriteAsync("coredump", mode)).Required();
        _ = (await host.BootAsync("quiet.elf")).Required();
        byte[] memory = Scribble(host.Processor.Ddr!);
        long from = host.Guest.LogPosition;

        host.Processor.Crash(CrashKind.FatalError);

        _ = await host.RunAsync("while ! ls /sys/class/devcoredump/devcd* >/dev/null 2>&1; do usleep 5000; done");
        if (mode == "inline")
        {
            // The kernel waits with the recovery until the dump was read and freed.
            Assert.Equal("offline", await host.ReadAsync("state"));
        }

        _ = await host.RunAsync($"for dump in {Dump}; do cat $dump >/mnt/firmware/core && echo 1 >$dump; done");
        _ = await host.Guest.WaitForLogAsync("remote processor vrproc is now up", from, Token);
        Assert.Equal("running", await host.ReadAsync("state"));
        AssertIsDump(memory, await File.ReadAllBytesAsync(Path.Combine(host.FirmwareFolder, "core"), Token));
        TestGuest.AssertNoWarning(host.Guest);
    }

    [Fact]
    public async Task UnlessAskedThereIsNoDump()
    {
        await using KernelProcessorHost host = await KernelProcessorHost.StartAsync();
        Assert.Equal("disabled", await host.ReadAsync("coredump"));
        _ = (await host.BootAsync("echo.elf")).Required();
        long from = host.Guest.LogPosition;
        host.Processor.Crash(CrashKind.FatalError);
        _ = await host.Guest.WaitForLogAsync("remote processor vrproc is now up", from, Token);
        Assert.Equal("", await host.RunAsync("ls /sys/class/devcoredump | grep devcd || true"));
    }

    /// <summary>Fills what the image left empty, as a program would.</summary>
    /// <returns>A copy of the whole memory.</returns>
    private static unsafe byte[] Scribble(MemoryRegion ddr)
    {
        Span<byte> memory = new(ddr.Memory.Start, checked((int)ddr.LengthBytes));
        for (int i = 0x2_0000; i < memory.Length; i++)
        {
            memory[i] = unchecked((byte)(i * 7 + (i >> 8)));
        }

        return memory.ToArray();
    }

    private static void AssertIsDump(byte[] memory, byte[] dump)
    {
        Assert.Equal(ContentAt + memory.Length, dump.Length);
        Assert.Equal("\u007fELF"u8, dump.AsSpan(0, 4));
        Assert.Equal(4, BinaryPrimitives.ReadUInt16LittleEndian(dump.AsSpan(16)));
        Assert.Equal(KernelImage.Address, BinaryPrimitives.ReadUInt32LittleEndian(dump.AsSpan(24)));
        Assert.Equal(1, BinaryPrimitives.ReadUInt16LittleEndian(dump.AsSpan(44)));
        ReadOnlySpan<byte> segment = dump.AsSpan(ElfHeaderBytes, SegmentHeaderBytes);
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(segment));
        Assert.Equal((uint)ContentAt, BinaryPrimitives.ReadUInt32LittleEndian(segment[4..]));
        Assert.Equal(KernelImage.Address, BinaryPrimitives.ReadUInt32LittleEndian(segment[8..]));
        Assert.Equal(KernelImage.Address, BinaryPrimitives.ReadUInt32LittleEndian(segment[12..]));
        Assert.Equal((uint)memory.Length, BinaryPrimitives.ReadUInt32LittleEndian(segment[16..]));
        Assert.Equal((uint)memory.Length, BinaryPrimitives.ReadUInt32LittleEndian(segment[20..]));
        Assert.True(dump.AsSpan(ContentAt).SequenceEqual(memory), "The dump's bytes are not those of the memory.");
    }
}
