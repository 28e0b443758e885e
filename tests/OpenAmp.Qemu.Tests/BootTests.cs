// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Elf;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>Boards for which there is no remote in C: a loop of two instructions shows that they boot.</summary>
public sealed class BootTests
{
    private const uint Start = 0x1234;

    [Theory]
    [InlineData("zcu102-r5", "cortex-r5")]
    [InlineData("virt-a15", "cortex-a15")]
    public async Task TheCoreRunsItsImageFromTheEntryPoint(string name, string core)
    {
        CRemote.SkipWithoutTools();
        string folder = Directory.CreateTempSubdirectory("openamp-boot-").FullName;
        try
        {
            QemuBoard described = QemuBoard.Find(name);
            string image = await BuildAsync(folder, core, described.Image.Address.Value);
            await using BoardUnderTest board = await BoardUnderTest.OpenAsync(name, image: image);
            for (int i = 0; i < 3; i++)
            {
                await board.Processor.StartAsync(board.Token);
                while (await CounterAsync(board) <= Start + 1)
                {
                    await Task.Delay(10, board.Token);
                }

                await board.Processor.StopAsync(board.Token);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Register r1, which the loop counts up.</summary>
    private static async Task<uint> CounterAsync(BoardUnderTest board)
    {
        using MemoryStream dump = new();
        await board.Processor.DumpAsync(dump, board.Token);
        byte[] file = dump.ToArray();
        ElfSegment notes = ElfImage.Parse(file).Segments.Single(segment => segment.Type == ElfSegmentType.Note);
        ElfNoteReader reader = new(
            file.AsSpan((int)notes.OffsetBytes, (int)notes.FileBytes), ElfByteOrder.LittleEndian);
        Assert.True(reader.TryRead(out ElfNote note));
        return BinaryPrimitives.ReadUInt32LittleEndian(note.Descriptor[76..]);
    }

    private static async Task<string> BuildAsync(string folder, string core, ulong address)
    {
        string source = Path.Combine(folder, "loop.s");
        string image = Path.Combine(folder, "loop.elf");
        await File.WriteAllTextAsync(source, $"""
            .arm
            .global _start
            .space 16
            _start: movw r1, #{Start}
            1: add r1, r1, #1
            b 1b

            """);
        using Process build = Process.Start(new ProcessStartInfo("arm-none-eabi-gcc",
        [
            $"-mcpu={core}", "-nostdlib", "-Wl,--build-id=none", $"-Wl,-Ttext=0x{address:x}", source, "-o", image,
        ])
        {
            RedirectStandardError = true,
        })!;
        string errors = await build.StandardError.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.True(build.ExitCode == 0, errors);
        return image;
    }
}
