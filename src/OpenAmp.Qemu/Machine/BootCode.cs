// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using OpenAmp.Linux;
using OpenAmp.Memory;

namespace OpenAmp.Qemu;

/// <summary>The first instructions of a Cortex-M whose reset vector is fixed: they go on with the vector table at the
/// start of the image.</summary>
internal static class BootCode
{
    private const uint VectorTableRegister = 0xE000_ED08;
    private const uint StackTop = 0x2000_0400;
    private const int ImageAt = 0x1C;
    private const int RegisterAt = 0x20;
    private const int LengthBytes = 0x24;

    private static ReadOnlySpan<ushort> Instructions =>
    [
        0x4804, // ldr r0, =image
        0x4905, // ldr r1, =VTOR
        0x6008, // str r0, [r1]
        0xF3BF, 0x8F4F, // dsb
        0x6801, // ldr r1, [r0]
        0x468D, // mov sp, r1
        0xF8D0, 0xF004, // ldr pc, [r0, #4]
        0xBF00, // nop
    ];

    /// <summary>Makes the ROM of a board: as its description has it, or for an image that lies elsewhere.</summary>
    /// <returns>The file; the caller disposes it.</returns>
    internal static unsafe SharedMemory Create(QemuBoard board, bool isRebased)
    {
        QemuBootRom described = board.BootRom!;
        byte[] content = isRebased ? For(described.Address, board.Image.Address) : described.Content.ToArray();
        var rom = SharedMemory.CreateAnonymous(content.Length);

        // SAFETY: mapped with exactly that length a line before, and nobody else knows it yet.
        content.CopyTo(new Span<byte>(rom.Region.Start, content.Length));
        return rom;
    }

    internal static byte[] For(DeviceAddress rom, DeviceAddress image)
    {
        byte[] content = new byte[LengthBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(content, StackTop);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(4), ((uint)rom.Value + 8) | 1);
        int at = 8;
        foreach (ushort instruction in Instructions)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(at), instruction);
            at += sizeof(ushort);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(ImageAt), (uint)image.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(RegisterAt), VectorTableRegister);
        return content;
    }
}
