// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Commands.Firmware;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>Puts what a core dump tells into a report.</summary>
internal sealed class CoreInspection(CoreFile core, CoreFirmware? firmware)
{
    private const int PieceBytes = 1 << 20;
    private const int PreviewBytes = 16;
    private const int StackBytes = 4096;
    private const int MaxReturnAddresses = 32;
    private const int MaxTraceBytes = 1 << 20;
    private const int MaxValueBytes = 4096;

    private readonly byte[] _piece = new byte[PieceBytes];

    /// <summary>Reports the pieces of memory. Reads all of the dump.</summary>
    public IReadOnlyList<CoreSegmentReport> Segments(CancellationToken cancellationToken)
        => [.. core.Segments.Select(segment => Report(segment, cancellationToken))];

    /// <summary>Reports registers, and words on the stack that may be return addresses.</summary>
    public CoreThreadReport Report(CoreThread thread)
    {
        ulong? returnTo = thread[thread.ReturnName];
        return new(
            thread.ProcessId,
            thread.Signal,
            [.. thread.Registers.Select(register => new RegisterReport(
                register.Key, Quantity.Hex(register.Value), firmware?.NameOf(register.Value)))],
            thread["pc"] is { } pc ? firmware?.Part.NameOfCode(pc) : null,
            returnTo is { } address ? firmware?.NameOfReturn(address) : null,
            thread["sp"] is { } sp ? [.. ReturnAddresses(sp)] : []);
    }

    /// <summary>Compares what was loaded and may not change with what is there.</summary>
    public IReadOnlyList<ChangedSegmentReport> Changes(CancellationToken cancellationToken)
        => [.. (firmware?.Part.LoadableSegments ?? [])
            .Where(segment => (segment.Flags & ElfSegmentFlags.Write) == 0 && segment.FileBytes > 0)
            .Select(segment => Compare(segment, cancellationToken))];

    /// <summary>Reports the last lines of all trace buffers.</summary>
    public IReadOnlyList<TraceTailReport> Traces(int lineCount)
        => [.. (firmware?.Table?.Traces ?? []).Select(trace => Report(trace, lineCount))];

    /// <summary>Reports a variable.</summary>
    public MemoryReport Variable(string name)
    {
        ElfSymbol symbol = firmware!.Find(name);
        ulong length = symbol.SizeBytes == 0 ? (ulong)core.WordBytes : Math.Min(symbol.SizeBytes, MaxValueBytes);
        return Memory(firmware.PlaceOf(symbol.Address, core), (int)length) with { Symbol = SafeText.Of(name) };
    }

    /// <summary>Reports bytes of memory.</summary>
    public MemoryReport Memory(ulong address, int lengthBytes)
    {
        byte[] bytes = new byte[lengthBytes];
        int count = core.Read(address, bytes);
        ReadOnlySpan<byte> found = bytes.AsSpan(0, count);
        bool isNumber = count == lengthBytes && count is 1 or 2 or 4 or 8;
        return new(
            null, Quantity.Hex(address), lengthBytes, Convert.ToHexStringLower(found), lengthBytes - count,
            isNumber ? Quantity.Hex(core.Number(found)) : null,
            TextOf(found));
    }

    private CoreSegmentReport Report(ElfSegment segment, CancellationToken cancellationToken)
    {
        byte[] preview = new byte[Math.Min(PreviewBytes, (int)Math.Min(segment.FileBytes, int.MaxValue))];
        core.ReadContent(segment, 0, preview);
        return new(
            segment.Index,
            Quantity.Hex(segment.PhysicalAddress),
            segment.MemoryBytes,
            segment.FileBytes,
            Quantity.Hex(segment.OffsetBytes),
            Quantity.Pairs(preview),
            IsZero(segment, cancellationToken),
            [.. (firmware?.Uses ?? [])
                .Where(use => use.Overlaps(segment.PhysicalAddress, segment.MemoryBytes))
                .Select(use => use.Name)]);
    }

    private bool IsZero(ElfSegment segment, CancellationToken cancellationToken)
    {
        for (ulong offset = 0; offset < segment.FileBytes; offset += PieceBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> piece = _piece.AsSpan(0, (int)Math.Min(PieceBytes, segment.FileBytes - offset));
            core.ReadContent(segment, offset, piece);
            if (piece.ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<ReturnAddressReport> ReturnAddresses(ulong stack)
    {
        byte[] content = new byte[StackBytes];
        int count = firmware is null ? 0 : core.Read(stack, content);
        int found = 0;
        for (int at = 0; at + core.WordBytes <= count && found < MaxReturnAddresses; at += core.WordBytes)
        {
            ulong word = core.Number(content.AsSpan(at, core.WordBytes));
            if (firmware!.NameOfReturn(word) is { } name)
            {
                found++;
                yield return new(Quantity.Hex(stack + (ulong)at), Quantity.Hex(word), name);
            }
        }
    }

    private ChangedSegmentReport Compare(ElfSegment segment, CancellationToken cancellationToken)
    {
        ulong start = core.HasVirtualAddresses ? segment.VirtualAddress : segment.PhysicalAddress;
        ulong compared = 0;
        ulong changed = 0;
        ulong? first = null;
        for (ulong offset = 0; offset < segment.FileBytes; offset += PieceBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = (int)Math.Min(PieceBytes, segment.FileBytes - offset);
            ReadOnlySpan<byte> loaded = firmware!.Part.Bytes.Span.Slice((int)(segment.OffsetBytes + offset), length);
            int count = core.Read(unchecked(start + offset), _piece.AsSpan(0, length));
            compared += (ulong)count;
            for (int i = 0; i < count; i++)
            {
                if (loaded[i] != _piece[i] && !IsInTable(segment.OffsetBytes + offset + (ulong)i))
                {
                    changed++;
                    first ??= offset + (ulong)i;
                }
            }
        }

        return new(
            segment.Index, Quantity.Hex(start), segment.FileBytes, compared, changed,
            first is { } at ? Quantity.Hex(unchecked(start + at)) : null,
            first is { } place ? firmware!.NameOf(unchecked(segment.VirtualAddress + place)) : null);
    }

    // Whatever the segment's flags say: the host writes into the table.
    private bool IsInTable(ulong fileOffset)
    {
        TableFinding table = firmware!.Part.Table;
        return table.Bytes is { } bytes && fileOffset >= (ulong)table.OffsetBytes
            && fileOffset - (ulong)table.OffsetBytes < (ulong)bytes.Length;
    }

    private TraceTailReport Report(TraceResource trace, int lineCount)
    {
        string name = SafeText.Of(trace.Name);
        if (trace.Address == ResourceAddress.Any64)
        {
            return new(name, "any", trace.LengthBytes, false, [], "the host chose its address, and the dump has no "
                + "table that tells it");
        }

        byte[] content = new byte[Math.Min(trace.LengthBytes, MaxTraceBytes)];
        int count = core.Read(trace.Address, content);
        string? fault = count < content.Length
            ? FormattableString.Invariant($"the dump has {count} of its {trace.LengthBytes} bytes") : null;
        ReadOnlySpan<byte> text = content.AsSpan(0, count);
        bool isFull = count > 0 && !text.Contains((byte)0);
        string[] lines = [.. SafeLines(text)];
        return new(name, Quantity.Hex(trace.Address), trace.LengthBytes, isFull, [.. lines.TakeLast(lineCount)], fault);
    }

    private static List<string> SafeLines(ReadOnlySpan<byte> text)
    {
        var lines = new List<string>();
        while (!text.IsEmpty)
        {
            int end = text.IndexOfAny((byte)0, (byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
            if (!line.IsEmpty)
            {
                lines.Add(SafeText.Of(line));
            }

            text = end < 0 ? [] : text[(end + 1)..];
        }

        return lines;
    }

    // A C string: printable up to its NUL, and nothing but NUL behind.
    private static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> text = bytes.TrimEnd((byte)0);
        return text.Length >= 2 && text.Length < bytes.Length && !text.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? SafeText.Of(text)
            : null;
    }
}
