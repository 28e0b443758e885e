// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Elf;
using OpenAmp.Memory;

namespace OpenAmp.Remoteproc;

/// <summary>Writes a processor's memory as an ELF core dump: one segment for each piece that firmware uses.</summary>
internal sealed class CoreDumper
{
    private readonly SharedRegion[] _pieces;
    private readonly ElfCoreLayout _layout;

    private CoreDumper(SharedRegion[] pieces, ElfCoreLayout layout)
    {
        _pieces = pieces;
        _layout = layout;
    }

    public long LengthBytes => (long)_layout.LengthBytes;

    /// <summary>Plans the dump: carveouts, rings and segments in the order of their addresses, or the processor's whole
    /// memory when nothing of it was taken. Class, byte order and machine are the firmware's; notes are the driver's.
    /// </summary>
    public static CoreDumper Create(MemoryMap memory, FirmwareImage? image, IReadOnlyList<ElfCoreNote> notes)
    {
        IEnumerable<SharedRegion> taken = memory.Carveouts.Select(carveout => carveout.Memory);
        SharedRegion[] pieces = [.. taken.OrderBy(piece => piece.Address.Value)];
        if (pieces.Length == 0)
        {
            pieces = [.. memory.Regions.Select(region => region.Memory)];
        }

        ElfHeader? header = image?.Elf?.Header;
        bool isWide = pieces.Any(piece => piece.Address.Plus(piece.LengthBytes - 1).Value > uint.MaxValue);
        var options = new ElfCoreOptions
        {
            Class = isWide ? ElfClass.Elf64 : header?.Class ?? ElfClass.Elf32,
            ByteOrder = header?.ByteOrder ?? ElfByteOrder.LittleEndian,
            Machine = header?.Machine ?? default,
            EntryPoint = image?.EntryPoint.Value ?? 0,
        };
        ElfCoreSegment[] segments =
            [.. pieces.Select(piece => new ElfCoreSegment(piece.Address.Value, piece.LengthBytes))];
        return new CoreDumper(pieces, new ElfCoreLayout(options, segments, notes));
    }

    /// <summary>Writes the dump straight from the memory.</summary>
    public async ValueTask WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var writer = new ElfCoreWriter(_layout, stream);
        await writer.WriteAsync(default, cancellationToken).ConfigureAwait(false);
        byte[] copy = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            foreach (SharedRegion piece in _pieces)
            {
                await WriteAsync(writer, piece, copy, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }

        writer.Complete();
    }

    // Through a private copy: the memory may still change, and a stream may look at its bytes twice.
    private static async ValueTask WriteAsync(
        ElfCoreWriter writer,
        SharedRegion piece,
        byte[] copy,
        CancellationToken cancellationToken)
    {
        ulong done = 0;
        while (done < piece.LengthBytes)
        {
            // Once it has ended, the memory may be gone.
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min((ulong)copy.Length, piece.LengthBytes - done);
            Copy(piece, done, copy.AsSpan(0, count));
            await writer.WriteAsync(copy.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            done += (ulong)count;
        }
    }

    private static unsafe void Copy(SharedRegion piece, ulong offsetBytes, Span<byte> destination)
    {
        // SAFETY: offset and length were bounded by the piece's own length; its owner keeps it mapped.
        new ReadOnlySpan<byte>(piece.Start + offsetBytes, destination.Length).CopyTo(destination);
    }
}
