// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using OpenAmp.Elf;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Commands.CoreDump;

/// <summary>A core dump: memory that is read by device address, straight from the file, and notes.</summary>
internal sealed class CoreFile : IDisposable
{
    private const ulong MaxNoteBytes = 4 << 20;

    private readonly FileStream _stream;

    private CoreFile(FileStream stream, ElfImage elf)
    {
        _stream = stream;
        Elf = elf;
        ElfSegment[] loadable = [.. elf.Segments.Where(segment => segment.IsLoadable)];

        // Dumps of processes, by a kernel or a debugger, leave p_paddr at 0 throughout.
        HasVirtualAddresses = loadable.All(segment => segment.PhysicalAddress == 0)
            && loadable.Any(segment => segment.VirtualAddress != 0);
        Segments = [.. loadable.Select(segment
            => HasVirtualAddresses ? segment with { PhysicalAddress = segment.VirtualAddress } : segment)];
        (Notes, NoteFault) = ReadNotes();
    }

    /// <summary>Its headers.</summary>
    public ElfImage Elf { get; }

    /// <summary>Whether memory is known by its virtual addresses: the dump is of a process.</summary>
    public bool HasVirtualAddresses { get; }

    /// <summary>The pieces of memory; p_paddr is the address that they are known by.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; }

    /// <summary>The notes of all note segments.</summary>
    public IReadOnlyList<CoreNote> Notes { get; }

    /// <summary>Why the notes end early; <see langword="null"/> when they do not.</summary>
    public string? NoteFault { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long LengthBytes => (long)Elf.FileBytes;

    /// <summary>Length of an address in bytes.</summary>
    public int WordBytes => Elf.Header.Class == ElfClass.Elf32 ? 4 : 8;

    /// <summary>Opens a dump and reads its headers.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FirmwareException">It is no core dump; the message names file, offset and rule.</exception>
    public static CoreFile Open(string path)
    {
        FileStream? stream = InputFile.Open(path);
        try
        {
            if (!stream.CanSeek)
            {
                throw new IOException($"'{path}' is a pipe or a device; copy the dump to a file first");
            }

            var elf = ElfImage.Read(stream);
            if (elf.Header.Type != ElfType.Core)
            {
                throw new FirmwareException(
                    $"'{path}' is no core dump: at offset 0x10 (e_type) expected 4 (core dump), "
                    + $"found {(ushort)elf.Header.Type} ({ElfWord.Type(elf.Header.Type)}); for firmware try 'openamp "
                    + "firmware inspect'");
            }

            var core = new CoreFile(stream, elf);
            stream = null;
            return core;
        }
        catch (ElfException exception)
        {
            throw new FirmwareException($"'{path}' is no core dump that can be read: {exception.Message}", exception);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Reads memory.</summary>
    /// <param name="address">Device address.</param>
    /// <param name="destination">Where it goes.</param>
    /// <returns>How many bytes the dump has from there on; 0 when it does not have the first.</returns>
    public int Read(ulong address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length && address <= ulong.MaxValue - (ulong)done
            && TryFind(address + (ulong)done, out ElfSegment segment))
        {
            ulong offset = address + (ulong)done - segment.PhysicalAddress;
            int count = (int)Math.Min((ulong)(destination.Length - done), segment.FileBytes - offset);
            ReadFile(segment.OffsetBytes + offset, destination.Slice(done, count));
            done += count;
        }

        return done;
    }

    /// <summary>Reads bytes of a segment's content.</summary>
    public void ReadContent(in ElfSegment segment, ulong offset, Span<byte> destination)
        => ReadFile(segment.OffsetBytes + offset, destination);

    /// <summary>A number of the dump's byte order.</summary>
    /// <param name="bytes">1 to 8 bytes.</param>
    public ulong Number(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        if (Elf.Header.ByteOrder == ElfByteOrder.LittleEndian)
        {
            bytes.CopyTo(wide);
            return BinaryPrimitives.ReadUInt64LittleEndian(wide);
        }

        bytes.CopyTo(wide[(wide.Length - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(wide);
    }

    public void Dispose() => _stream.Dispose();

    private bool TryFind(ulong address, out ElfSegment found)
    {
        foreach (ElfSegment segment in Segments)
        {
            if (address >= segment.PhysicalAddress && address - segment.PhysicalAddress < segment.FileBytes)
            {
                found = segment;
                return true;
            }
        }

        found = default;
        return false;
    }

    private void ReadFile(ulong offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(_stream.SafeFileHandle, destination, (long)offset);
            if (count == 0)
            {
                throw new IOException($"'{_stream.Name}' became shorter while it was read: at offset "
                    + $"{Quantity.Hex(offset)} expected {destination.Length} more bytes");
            }

            offset += (ulong)count;
            destination = destination[count..];
        }
    }

    private (IReadOnlyList<CoreNote> Notes, string? Fault) ReadNotes()
    {
        var notes = new List<CoreNote>();
        string? fault = null;
        foreach (ElfSegment segment in Elf.Segments.Where(segment => segment.Type == ElfSegmentType.Note))
        {
            if (segment.FileBytes > MaxNoteBytes)
            {
                fault ??= $"the notes of segment {segment.Index} have {Quantity.Bytes(segment.FileBytes)}; expected at "
                    + $"most {Quantity.Bytes(MaxNoteBytes)}";
                continue;
            }

            byte[] content = new byte[segment.FileBytes];
            ReadContent(segment, 0, content);
            var reader = new ElfNoteReader(
                content, Elf.Header.ByteOrder, segment.AlignmentBytes, segment.OffsetBytes);
            while (reader.TryRead(out ElfNote note))
            {
                notes.Add(new(SafeText.Of(note.OwnerText), note.Type, note.OffsetBytes, note.Descriptor.ToArray()));
            }

            fault ??= reader.Fault.Rule == ElfRule.None ? null : reader.Fault.ToString();
        }

        return (notes, fault);
    }
}
