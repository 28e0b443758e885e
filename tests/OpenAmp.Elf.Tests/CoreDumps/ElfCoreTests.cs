// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using Xunit;

namespace OpenAmp.Elf.Tests;

public sealed class ElfCoreTests
{
    public static TheoryData<ElfClass, ElfByteOrder> Shapes => Images.Shapes;

    [Fact]
    public async Task OneMebibyteIn32BitsHasTheLengthThatLinuxWrites()
    {
        byte[] file = await Write(new() { Class = ElfClass.Elf32 }, [new(0x1000_0000, 1 << 20)]);

        Assert.Equal(52 + 32 + (1 << 20), file.Length);
        Assert.Equal(1_048_660, file.Length);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task ADumpIsParsedAsItWasLaidOut(ElfClass elfClass, ElfByteOrder byteOrder)
    {
        ElfCoreOptions options = new()
        {
            Class = elfClass,
            ByteOrder = byteOrder,
            Machine = ElfMachine.Arm,
            EntryPoint = 0x8000_0001,
            Flags = 0x500_0000,
        };

        byte[] file = await Write(options, [new(0x1000, 70_000), new(0xffff_ff00, 0x100), new(0x20, 0)]);

        var image = ElfImage.Parse(file);
        Assert.Equal(ElfType.Core, image.Header.Type);
        Assert.Equal(ElfMachine.Arm, image.Header.Machine);
        Assert.Equal(0x8000_0001u, image.Header.EntryPoint);
        Assert.Equal(0x500_0000u, image.Header.Flags);
        Assert.Equal(0, image.Header.SectionHeaderBytes);
        Assert.Equal([0x1000, 0xffff_ff00, 0x20], image.Segments.Select(segment => segment.PhysicalAddress));
        Assert.All(image.Segments, segment =>
        {
            Assert.Equal(ElfSegmentType.Load, segment.Type);
            Assert.Equal(ElfSegmentFlags.Read | ElfSegmentFlags.Write | ElfSegmentFlags.Execute, segment.Flags);
            Assert.Equal(segment.PhysicalAddress, segment.VirtualAddress);
            Assert.Equal(segment.MemoryBytes, segment.FileBytes);
            Assert.Equal(0u, segment.AlignmentBytes);
            AssertMemory(segment.PhysicalAddress, segment.FileRange.Slice(file));
        });
    }

    [Fact]
    public void HeadersHaveTheBytesOfTheSpecification()
    {
        ElfCoreLayout layout = new(
            new() { ByteOrder = ElfByteOrder.BigEndian, Machine = ElfMachine.Arm, EntryPoint = 0x8000 },
            [new(0x1000_0000, 0x100)]);

        Assert.Equal(
            "7f454c46010201000000000000000000" + "0004" + "0028" + "00000001" + "00008000" + "00000034" + "00000000"
                + "00000000" + "0034" + "0020" + "0001" + "0000" + "0000" + "0000"
                + "00000001" + "00000054" + "10000000" + "10000000" + "00000100" + "00000100" + "00000007" + "00000000",
            Convert.ToHexStringLower(layout.Headers.Span));
    }

    [Fact]
    public void AnySegmentsAreParsedAsTheyWereWritten()
    {
        Gen<(uint, uint)[]> memory = Gen.Select(Gen.UInt[0, uint.MaxValue / 2], Gen.UInt[0, 5000]).Array[0, 8];
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 2], memory).Sample((elfClass, byteOrder, pieces) =>
        {
            ElfCoreLayout layout = new(
                new() { Class = (ElfClass)elfClass, ByteOrder = (ElfByteOrder)byteOrder },
                [.. pieces.Select(piece => new ElfCoreSegment(piece.Item1, piece.Item2))],
                pieces.Length == 3 ? [new("CORE", 1, new byte[] { 1, 2, 3 })] : null);
            using MemoryStream stream = new();
            ElfCoreWriter writer = new(layout, stream);
            writer.Write(MemoryOf(layout));
            writer.Complete();

            var image = ElfImage.Parse(stream.ToArray());
            Assert.Equal(layout.LengthBytes, image.FileBytes);
            Assert.Equal(layout.Segments, image.Segments);
        });
    }

    [Fact]
    public void NotesComeFirstAndAreReadBack()
    {
        ElfCoreLayout layout = new(
            new(),
            [new(0x1000, 16)],
            [new("CORE", 1, new byte[] { 1, 2, 3, 4, 5 }), new("LINUX", 0x202, new byte[8])]);
        using MemoryStream stream = new();
        new ElfCoreWriter(layout, stream).Write(new byte[16]);
        byte[] file = stream.ToArray();

        ElfSegment notes = ElfImage.Parse(file).Segments[0];
        Assert.Equal(ElfSegmentType.Note, notes.Type);
        Assert.Equal(0u, notes.MemoryBytes);
        ElfNoteReader reader = new(notes.FileRange.Slice(file), ElfByteOrder.LittleEndian);
        Assert.True(reader.TryRead(out ElfNote first));
        Assert.Equal("CORE", first.OwnerText);
        Assert.Equal([1, 2, 3, 4, 5], first.Descriptor.ToArray());
        Assert.True(reader.TryRead(out ElfNote second));
        Assert.Equal("LINUX", second.OwnerText);
        Assert.Equal(0x202u, second.Type);
        Assert.Equal(8, second.Descriptor.Length);
        Assert.False(reader.TryRead(out _));
        Assert.Equal(default, reader.Fault);
    }

    [Fact]
    public void OffsetsBeyond4GibibytesFit64Bits()
    {
        const ulong Gibibyte = 1 << 30;
        ElfCoreLayout layout = new(
            new() { Class = ElfClass.Elf64 }, [new(0, 5 * Gibibyte), new(8 * Gibibyte, 6 * Gibibyte), new(0, 1)]);

        Assert.Equal(
            [232, 232 + (5 * Gibibyte), 232 + (11 * Gibibyte)], layout.Segments.Select(segment => segment.OffsetBytes));
        Assert.Equal(232 + (11 * Gibibyte) + 1, layout.LengthBytes);
        ElfParser parser = new(layout.LengthBytes);
        while (!parser.IsComplete)
        {
            parser.Feed(parser.Needed.Slice(layout.Headers.Span));
        }

        Assert.Equal(layout.Segments, parser.Image.Segments);
    }

    [Theory]
    [InlineData(0x1_0000_0000, 1)]
    [InlineData(0xffff_ffff, 2)]
    [InlineData(0, 0x1_0000_0000)]
    [InlineData(0, 0xffff_ffff)]
    public void WhatDoesNotFit32BitsIsRefused(ulong address, ulong lengthBytes)
    {
        ElfFault fault = Assert.Throws<ElfException>(
            () => new ElfCoreLayout(new(), [new(address, lengthBytes)])).Fault;

        Assert.Equal(ElfRule.DoesNotFitClass, fault.Rule);
        Assert.Equal(uint.MaxValue, fault.Expected);
        Assert.Contains("write one of 64 bits", fault.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue, 2)]
    [InlineData(0, ulong.MaxValue)]
    public void WhatDoesNotFit64BitsIsRefused(ulong address, ulong lengthBytes)
        => Assert.Equal(
            ElfRule.DoesNotFitClass,
            Assert.Throws<ElfException>(
                () => new ElfCoreLayout(new() { Class = ElfClass.Elf64 }, [new(address, lengthBytes)])).Fault.Rule);

    [Fact]
    public void MoreSegmentsThanTheCountHoldsAreRefused()
    {
        ElfCoreSegment[] segments = new ElfCoreSegment[ElfCoreLayout.MaxSegments + 1];

        Assert.Throws<ArgumentOutOfRangeException>(() => new ElfCoreLayout(new(), segments));
        Assert.Equal(
            ElfCoreLayout.MaxSegments + 1,
            new ElfCoreLayout(new(), segments[1..], [new("A", 1, default)]).Segments.Length);
    }

    [Fact]
    public void OnlyAWholeDumpIsComplete()
    {
        ElfCoreLayout layout = new(new(), [new(0, 4), new(8, 4)]);
        using MemoryStream stream = new();
        ElfCoreWriter writer = new(layout, stream);

        writer.Write([1, 2, 3, 4, 5]);
        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.Throws<InvalidOperationException>(() => writer.Write(new byte[4]));
        Assert.Equal(layout.Headers.Length + 5, stream.Length);
        writer.Write([6, 7, 8]);
        writer.Complete();

        Assert.Equal(layout.LengthBytes, writer.WrittenBytes);
        byte[] file = stream.ToArray();
        Assert.Equal([5, 6, 7, 8], ElfImage.Parse(file).Segments[1].FileRange.Slice(file).ToArray());
    }

    [Fact]
    public async Task ADumpIsWrittenInBoundedMemory()
    {
        ElfCoreLayout layout = new(new(), [new(0x1000, 64 << 20)]);
        _ = await Write(new(), [new(0, 1)]);

        // Nothing here waits, so all of it runs on this thread.
        long before = GC.GetAllocatedBytesForCurrentThread();
        await ElfCoreWriter.WriteAsync(
            layout, Stream.Null, (_, _, _) => ValueTask.CompletedTask, TestContext.Current.CancellationToken);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 * 1024);
    }

    [Fact]
    public async Task MemoryThatCannotBeReadEndsTheDump()
    {
        ElfCoreLayout layout = new(new(), [new(0x1000, 16)]);

        await Assert.ThrowsAsync<IOException>(async () => await ElfCoreWriter.WriteAsync(
            layout, Stream.Null, (_, _, _) => throw new IOException(), TestContext.Current.CancellationToken));
    }

    private static async Task<byte[]> Write(ElfCoreOptions options, IReadOnlyList<ElfCoreSegment> segments)
    {
        using MemoryStream stream = new();
        await ElfCoreWriter.WriteAsync(
            new(options, segments), stream, ReadAsync, TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    private static ValueTask ReadAsync(ulong address, Memory<byte> memory, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (int index = 0; index < memory.Length; index++)
        {
            memory.Span[index] = ByteAt(address + (ulong)index);
        }

        return ValueTask.CompletedTask;
    }

    private static byte[] MemoryOf(ElfCoreLayout layout)
        => new byte[layout.LengthBytes - (ulong)layout.Headers.Length];

    private static void AssertMemory(ulong address, ReadOnlySpan<byte> content)
    {
        for (int index = 0; index < content.Length; index++)
        {
            Assert.Equal(ByteAt(address + (ulong)index), content[index]);
        }
    }

    private static byte ByteAt(ulong address) => unchecked((byte)(address * 31 >> 3));
}
