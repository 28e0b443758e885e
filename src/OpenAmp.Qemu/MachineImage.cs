// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Linq;
using System.Security.Cryptography;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Qemu;

/// <summary>What of an image decides whether a machine that ran it can run it again: its entry point and its code.
/// </summary>
/// <param name="EntryPoint">Where it starts.</param>
/// <param name="CodeHash">A digest of everything in memory that can be executed.</param>
internal sealed record MachineImage(DeviceAddress EntryPoint, string CodeHash)
{
    /// <summary>Checks that a loaded image can start on the board.</summary>
    /// <exception cref="RemoteProcessorException">It cannot; the message says what is where.</exception>
    internal static MachineImage Check(string name, QemuBoard board, RemoteStart start)
    {
        FirmwareImage image = start.Image
            ?? throw new RemoteProcessorException($"Processor '{name}' has no image to start.");
        DeviceAddress entry = new(image.EntryPoint.Value & ~(board.IsCortexM ? 1UL : 0UL));
        if (board.IsCortexM)
        {
            CheckVectors(name, board, start.Memory);
        }
        else if (!start.Memory.TryTranslate(entry, 4, out _))
        {
            throw new RemoteProcessorException(
                $"The firmware of processor '{name}' starts at 0x{entry.Value:x8}, outside the memory of board "
                    + $"'{board.Name}', {board.Ram}. Link it to {board.Image}.");
        }

        return new MachineImage(entry, Hash(image, start.Memory));
    }

    /// <summary>A microcontroller finds its first instruction by the table at the start of the image's window.
    /// </summary>
    private static unsafe void CheckVectors(string name, QemuBoard board, MemoryMap memory)
    {
        uint stack = 0, reset = 0;
        if (memory.TryTranslate(board.Image.Address, 8, out SharedRegion vectors))
        {
            // SAFETY: the map vouches for eight bytes.
            ReadOnlySpan<byte> table = new(vectors.Start, 8);
            stack = BinaryPrimitives.ReadUInt32LittleEndian(table);
            reset = BinaryPrimitives.ReadUInt32LittleEndian(table[4..]);
        }

        if (stack == 0 || (reset & 1) == 0)
        {
            throw new RemoteProcessorException(
                $"The firmware of processor '{name}' has no vector table at 0x{board.Image.Address.Value:x8}, where "
                    + $"board '{board.Name}' looks for it: expected a stack pointer and an odd reset vector, found "
                    + $"0x{stack:x8} and 0x{reset:x8}. Link it to {board.Image}, its vectors first.");
        }
    }

    private static unsafe string Hash(FirmwareImage image, MemoryMap memory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FirmwareSegment segment in image.Segments.Where(segment => IsCode(image, segment)))
        {
            if (memory.TryTranslate(segment.Address, (ulong)segment.MemoryBytes, out SharedRegion content))
            {
                // SAFETY: the map vouches for the range.
                hash.AppendData(new ReadOnlySpan<byte>(content.Start, (int)segment.MemoryBytes));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static bool IsCode(FirmwareImage image, FirmwareSegment segment)
        => image.Elf is not { } elf || elf.Segments[segment.Index].Flags.HasFlag(ElfSegmentFlags.Execute);
}
