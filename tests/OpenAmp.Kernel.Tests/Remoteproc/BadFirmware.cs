// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using OpenAmp.Remoteproc;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>Firmware that the kernel refuses, each for one reason.</summary>
/// <param name="Image">The file.</param>
/// <param name="Ours">What our check says of it; "-" when only the driver can know.</param>
/// <param name="Kernels">What the kernel's log says of it.</param>
internal sealed record BadFirmware(byte[] Image, string Ours, string Kernels)
{
    // Offsets in a 32-bit ELF header and its first program header, which follows it.
    private const int Phoff = 28;
    private const int Phnum = 44;
    private const int Segment = 52;
    private const int SegmentAddress = Segment + 12;
    private const int SegmentFileBytes = Segment + 16;
    private const int SegmentMemoryBytes = Segment + 20;

    public static IReadOnlyList<BadFirmware> All { get; } =
    [
        new(KernelImage.ToElf("echo")[..40], "ELF", "Image is too small"),
        new(With(image => image[0] = 0), "no ELF", "bad magic"),
        new(With(image => image[4] = 9), "ELF", "Unsupported class: 9"),
        new(With(image => image[5] = 2), "ELF", "Unsupported firmware endianness"),
        new(With(image => Half(image, Phnum, 0)), "segment", "No loadable segments"),
        new(With(image => Word(image, Phoff, 0x7FFF_0000)), "ELF", "Firmware size is too small"),
        new(With(image => Word(image, SegmentMemoryBytes, 16)), "ELF", "bad phdr filesz"),
        new(With(image => Word(image, SegmentFileBytes, 0x8000)), "ELF", "truncated fw"),
        new(With(image => Word(image, SegmentAddress, 0x2000_0000)), "-", "bad phdr da 0x20000000"),
        new(WithTable(table => table[0] = 3), "RSC002", "unsupported fw ver: 3"),
        new(WithTable(table => table[8] = 1), "RSC003", "non zero reserved bytes"),
        new(KernelImage.ToElf("echo", new ResourceTableBuilder()
            .AddDevmem("registers", 0x1000, 0x4000_0000, 0x1000).AddRpmsgVdev(32).ToBytes()),
            "RSC063", "Failed to process resources: -22"),
    ];

    private static byte[] With(Action<byte[]> change)
    {
        byte[] image = KernelImage.ToElf("echo");
        change(image);
        return image;
    }

    private static byte[] WithTable(Action<byte[]> change)
    {
        byte[] table = [.. KernelImage.Table];
        change(table);
        return KernelImage.ToElf("echo", table);
    }

    private static void Half(byte[] image, int offset, ushort value)
        => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(offset), value);

    private static void Word(byte[] image, int offset, uint value)
        => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(offset), value);
}
