// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>What the kernel says of firmware that it refuses, or takes with a complaint: its own words.</summary>
public sealed class BadFirmwareTests(SharedProcessorHost shared) : IClassFixture<SharedProcessorHost>
{
    private const string IsUp = "remote processor vrproc is now up";

    // Where fields stand in an ELF file of 32 bits with one segment, as KernelImage makes it.
    private const int Class = 4;
    private const int ByteOrder = 5;
    private const int SegmentsAt = 28;
    private const int SectionsAt = 32;
    private const int SegmentCount = 44;
    private const int Segment = 52;
    private const int SegmentOffset = Segment + 4;
    private const int SegmentAddress = Segment + 12;
    private const int SegmentMemoryBytes = Segment + 20;
    private const int Table = 0x200;
    private const int TableSection = 2 * 40;

    private static readonly (uint Type, byte[] Body) Trace =
        (RawTable.Trace, RawTable.TraceBuffer(KernelImage.TraceAddress, KernelImage.TraceBytes));

    // Each image, and what the kernel logs of it.
    private static readonly Dictionary<string, (Func<byte[]> Make, string Says)> Images = new()
    {
        ["shorter than a header"] = (() => Good()[..51], "Image is too small"),
        ["another magic"] = (() => With(image => image[1] = (byte)'F'), "Image is corrupted (bad magic)"),
        ["class 3"] = (() => With(image => image[Class] = 3), "Unsupported class: 3"),
        ["64 bits, but shorter than such a header"] =
            (() => With(image => image[Class] = 2)[..60], "elf64 header is too small"),
        ["big-endian"] = (() => With(image => image[ByteOrder] = 2), "Unsupported firmware endianness"),
        ["sections beyond the end"] = (() => With(image => Put(image, SectionsAt, 0x10000)), "Image is too small"),
        ["no segment"] = (() => With(image => image[SegmentCount] = 0), "No loadable segments"),
        ["segments beyond the end"] =
            (() => With(image => Put(image, SegmentsAt, 0x10000)), "Firmware size is too small"),
        ["more in the file than in memory"] =
            (() => With(image => Put(image, SegmentMemoryBytes, 16)), "bad phdr filesz 0x"),
        ["a segment beyond the end"] =
            (() => With(image => Put(image, SegmentOffset, 0x10000)), "truncated fw: need 0x"),
        ["an address outside the memory"] =
            (() => With(image => Put(image, SegmentAddress, 0x2000_0000)), "bad phdr da 0x20000000 mem 0x"),
        ["an address whose end is outside"] =
            (() => With(image => Put(image, SegmentMemoryBytes, 0x0010_0001)), "bad phdr da 0x10000000 mem 0x100001"),
        ["no resource table"] =
            (() => KernelImage.ToElf("idle", ReadOnlyMemory<byte>.Empty), "Boot failed: -22"),
        ["a table beyond the end"] =
            (() => With(image => Put(image, Sections(image) + TableSection + 20, 0x10000)), "resource table truncated"),
        ["a table without a head"] =
            (() => With(image => Put(image, Sections(image) + TableSection + 20, 8)), "header-less resource table"),
        ["a table of version 2"] = (() => With(image => Put(image, Table, 2)), "unsupported fw ver: 2"),
        ["reserved words in the table's head"] =
            (() => With(image => Put(image, Table + 8, 1)), "non zero reserved bytes"),
        ["more entries than the table has room for"] =
            (() => With(image => Put(image, Table + 4, 1000)), "resource table incomplete"),
        ["an entry beyond the table"] =
            (() => With(image => Put(image, Table + 16, 0x1000)), "rsc table is truncated"),
        ["device memory without an IOMMU"] = (
            () => Of((RawTable.Devmem, RawTable.Memory("registers", 0x4000_0000, 4096))),
            "Failed to process resources: -22"),
        ["a short carveout"] = (
            () => Of((RawTable.Carveout, RawTable.Words(RawTable.Any, RawTable.Any, 4096))),
            "carveout rsc is truncated"),
        ["a reserved word in a carveout"] = (
            () => Of((RawTable.Carveout, RawTable.Memory("shm", RawTable.Any, 4096, reserved: 1))),
            "carveout rsc has non zero reserved bytes"),
        ["a carveout that is larger than the one of its name"] = (
            () => Of((RawTable.Carveout, RawTable.Memory("ddr", RawTable.Any, KernelImage.MemoryBytes + 4096))),
            "Registered carveout doesn't fit len request"),
        ["a carveout below the one of its name"] = (
            () => Of((RawTable.Carveout, RawTable.Memory("ddr", KernelImage.Address - 4096, 4096))),
            "Registered carveout doesn't fit da request"),
        ["a carveout above the one of its name"] = (
            () => Of((RawTable.Carveout, RawTable.Memory("ddr", 0x2000_0000, 4096))),
            "Registered carveout doesn't fit len request"),
        ["a short trace"] = (() => Of((RawTable.Trace, RawTable.Words(1))), "trace rsc is truncated"),
        ["a reserved word in a trace"] = (
            () => Of((RawTable.Trace, RawTable.TraceBuffer(KernelImage.TraceAddress, 4096, reserved: 1))),
            "trace rsc has non zero reserved bytes"),
        ["a short device"] = (() => Of((RawTable.Vdev, RawTable.Words(7, RawTable.Any, 1))), "vdev rsc is truncated"),
        ["a reserved byte in a device"] =
            (() => Of((RawTable.Vdev, RawTable.Rpmsg(reserved: 1))), "vdev rsc has non zero reserved bytes"),
        ["three vrings"] = (() => Of((RawTable.Vdev, RawTable.Rpmsg(vrings: 3))), "too many vrings: 3"),
    };

    private static readonly Dictionary<string, (Func<byte[]> Make, string Says)> Complaints = new()
    {
        ["vrings of no buffers"] =
            (() => Of((RawTable.Vdev, RawTable.Rpmsg(count: 0))), "invalid qsz (0) or alignment (4096)"),
        ["vrings of no alignment"] =
            (() => Of((RawTable.Vdev, RawTable.Rpmsg(alignment: 0))), "invalid qsz (32) or alignment (0)"),
        ["a carveout at a fixed address that the kernel does not own"] = (
            () => Of((RawTable.Carveout, RawTable.Memory("shm", 0x3000_0000, 4096))),
            "Allocated carveout doesn't fit device address request"),
        ["a vendor's entry before another"] = (
            () => Of((130, RawTable.Words(1, 2)), Trace),
            "unsupported vendor resource 130"),
        ["an entry of an unknown type"] = (
            () => Of((600, RawTable.Words(1, 2)), Trace),
            "unsupported resource 600"),
    };

    public static TheoryData<string> Bad => [.. Images.Keys];

    public static TheoryData<string> Doubtful => [.. Complaints.Keys];

    private static CancellationToken Token => TestGuest.Token;

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task TheKernelRefuses(string what)
    {
        KernelProcessorHost host = await shared.GetAsync();
        (Func<byte[]> make, string says) = Images[what];
        string file = NameFor(what);
        host.AddFirmware(file, make());
        int starts = host.Processor.Requests.Count;
        long from = host.Guest.LogPosition;

        GuestCommandResult boot = await host.BootAsync(file);

        Assert.False(boot.IsSuccess);
        _ = await host.Guest.WaitForLogAsync(says, from, Token);
        _ = await host.Guest.WaitForLogAsync("Boot failed: -", from, Token);
        Assert.Equal("offline", await host.ReadAsync("state"));
        Assert.Equal(starts, host.Processor.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Doubtful))]
    public async Task TheKernelComplainsButBoots(string what)
    {
        KernelProcessorHost host = await shared.GetAsync();
        (Func<byte[]> make, string says) = Complaints[what];
        string file = NameFor(what);
        host.AddFirmware(file, make());
        long from = host.Guest.LogPosition;

        GuestCommandResult boot = await host.BootAsync(file);

        Assert.True(boot.IsSuccess, boot.Text);
        _ = await host.Guest.WaitForLogAsync(says, from, Token);
        _ = await host.Guest.WaitForLogAsync(IsUp, from, Token);
        _ = (await host.WriteAsync("state", "stop")).Required();
    }

    [Fact]
    public async Task FirmwareThatIsNotThereIsMissed()
    {
        KernelProcessorHost host = await shared.GetAsync();
        long from = host.Guest.LogPosition;
        GuestCommandResult boot = await host.BootAsync("no-such.elf");
        Assert.False(boot.IsSuccess);
        _ = await host.Guest.WaitForLogAsync("Direct firmware load for no-such.elf failed with error -2", from, Token);
        _ = await host.Guest.WaitForLogAsync("request_firmware failed: -2", from, Token);
    }

    [Fact]
    public async Task AVendorsEntryAtTheEndIsATrapInSomeKernels()
    {
        KernelProcessorHost host = await shared.GetAsync();
        host.AddFirmware("vendor-last.elf", Of((130, RawTable.Words(1, 2))));
        long from = host.Guest.LogPosition;
        GuestCommandResult boot = await host.BootAsync("vendor-last.elf");
        _ = await host.Guest.WaitForLogAsync("unsupported vendor resource 130", from, Token);
        if (boot.IsSuccess)
        {
            _ = await host.Guest.WaitForLogAsync(IsUp, from, Token);
            _ = (await host.WriteAsync("state", "stop")).Required();
        }
        else
        {
            // Kernels up to 6.1.176: the entry counts as an error that is no errno, and the rest of "start" is written
            // once more.
            _ = await host.Guest.WaitForLogAsync("Failed to process resources: 1", from, Token);
            Assert.Equal("offline", await host.ReadAsync("state"));
        }
    }

    [Fact]
    public async Task AProcessorWhoseProgramIsNotThereDoesNotStart()
    {
        KernelProcessorHost host = await shared.GetAsync();
        host.AddFirmware("unknown.elf", KernelImage.ToElf("no-such-program"));
        long from = host.Guest.LogPosition;
        GuestCommandResult boot = await host.BootAsync("unknown.elf");
        Assert.False(boot.IsSuccess);
        Assert.Contains("Exec format error", boot.Text, StringComparison.Ordinal);
        _ = await host.Guest.WaitForLogAsync("can't start rproc vrproc: -8", from, Token);
        Assert.Equal("offline", await host.ReadAsync("state"));
    }

    /// <summary>A file name without what shells take for something else.</summary>
    private static string NameFor(string what)
        => string.Concat(what.Where(char.IsAsciiLetterOrDigit)) + ".elf";

    private static byte[] Good() => KernelImage.ToElf("idle");

    private static byte[] Of(params (uint Type, byte[] Body)[] entries)
        => KernelImage.ToElf("idle", RawTable.Of(entries));

    private static byte[] With(Action<byte[]> change)
    {
        byte[] image = Good();
        change(image);
        return image;
    }

    private static int Sections(byte[] image)
        => (int)BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(SectionsAt));

    private static void Put(byte[] image, int offset, uint value)
        => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(offset), value);
}
