// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Core.Tests.Remoteproc;

public sealed class ResourceTablePropertyTests
{
    private static readonly Gen<VringEntry> s_vring = Gen.Select(
        Gen.UInt, Gen.Int[0, 31], Gen.Int[0, 15], Gen.UInt, Gen.UInt,
        (address, alignLog2, sizeLog2, notifyId, reserved) => new VringEntry
        {
            Address = address,
            AlignmentBytes = 1u << alignLog2,
            EntryCount = 1u << sizeLog2,
            NotifyId = notifyId,
            Reserved = reserved,
        });

    private static readonly Gen<Entry> s_entry = Gen.Select(
        Gen.Int[0, (int)ResourceKind.Vendor].Select(kind => (ResourceKind)kind), Gen.UInt.Array[5],
        Gen.Byte[1, 255].Array[0, 31], Gen.Byte.Array[0, 40],
        s_vring.Array[0, 4], (kind, words, name, body, vrings) => new Entry(kind, words, name, body, vrings));

    private static readonly uint[] s_nastyWords =
    [
        0, 1, 2, 3, 4, 0x10, 0x13, 0x14, 0x18, 0x7F, 0x80, 0xFF, 0x100, 0x200, 0x201, 0x7FFF_FFFF, 0x8000_0000,
        0xFFFF_FFE4, 0xFFFF_FFFC, 0xFFFF_FFFF,
    ];

    [Fact]
    public void WrittenTableIsReadBackTheSame()
        => s_entry.Array[0, 12].Sample(entries =>
        {
            byte[] table = Write(entries);
            Assert.True(ResourceTableReader.TryCreate(table, out ResourceTableReader reader, out _));
            Assert.Equal(entries.Length, reader.EntryCount);
            Assert.True(reader.TryValidate(out _));
            for (int i = 0; i < entries.Length; i++)
            {
                Assert.True(reader.TryGetEntry(i, out ResourceEntry entry, out _));
                Assert.Equal(entries[i].Kind, entry.Kind);
                Assert.Equal(0u, entry.OffsetBytes % 4);
                AssertSame(entries[i], entry);
            }
        });

    [Fact]
    public void MutatedTableNeverThrowsNorLeavesItsBounds()
        => Gen.Select(s_entry.Array[1, 8], Gen.Select(Gen.Int[0, 4096], Gen.Byte).Array[1, 6]).Sample((entries, hits) =>
        {
            byte[] table = Write(entries);
            foreach ((int at, byte value) in hits)
            {
                table[at % table.Length] = value;
            }

            TableWalk.Run(table, out int visitedCount);
            return visitedCount <= ResourceTableReader.MaxEntryCount;
        });

    [Fact]
    public void TableWithNastyWordsNeverThrowsNorLeavesItsBounds()
        => Gen.Select(
                s_entry.Array[1, 8],
                Gen.Select(Gen.Int[0, 1024], Gen.Int[0, s_nastyWords.Length - 1]).Array[1, 4])
            .Sample((entries, hits) =>
            {
                byte[] table = Write(entries);
                foreach ((int word, int nasty) in hits)
                {
                    int at = word * 4 % (table.Length & ~3);
                    BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), s_nastyWords[nasty]);
                }

                TableWalk.Run(table, out int visitedCount);
                return visitedCount <= ResourceTableReader.MaxEntryCount;
            });

    [Fact]
    public void EverySingleByteOfTheGoldenTablesMayHaveAnyValue()
    {
        int refusedCount = 0;
        int acceptedCount = 0;
        foreach (byte[] golden in new[] { Tables.TwoProcess, Tables.EveryKind })
        {
            for (int at = 0; at < golden.Length; at++)
            {
                byte[] table = [.. golden];
                for (int value = 0; value < 256; value++)
                {
                    table[at] = (byte)value;
                    _ = TableWalk.Run(table, out _) == ResourceTableError.None ? acceptedCount++ : refusedCount++;
                }
            }
        }

        // Had one of the two not happened, the loop would have tried nothing.
        Assert.True(refusedCount > 1000 && acceptedCount > 1000, $"{refusedCount} refused, {acceptedCount} accepted");
    }

    [Fact]
    public void RandomBytesBehindAGoodHeadNeverThrow()
        => Gen.Select(Gen.Int[0, 12], Gen.UInt[0, 300].Array[12], Gen.Byte.Array[64, 256])
            .Sample((entryCount, offsets, rest) =>
            {
                byte[] table = [1, 0, 0, 0, (byte)entryCount, .. new byte[11], .. rest];
                for (int i = 0; i < entryCount; i++)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(16 + (4 * i)), offsets[i]);
                }

                TableWalk.Run(table, out int visitedCount);
                return visitedCount <= entryCount;
            });

    private static byte[] Write(Entry[] entries)
    {
        byte[] memory = new byte[4096];
        Assert.True(ResourceTableWriter.TryCreate(memory, entries.Length, out ResourceTableWriter writer, out _));
        foreach (Entry entry in entries)
        {
            Assert.True(TryAdd(ref writer, entry, out ResourceTableFault fault), fault.Error.ToString());
        }

        Assert.True(writer.TryComplete(out int lengthBytes, out _));
        return memory[..lengthBytes];
    }

    private static bool TryAdd(ref ResourceTableWriter writer, Entry entry, out ResourceTableFault fault)
        => entry.Kind switch
        {
            ResourceKind.Carveout => writer.TryAddCarveout(entry.Carveout, out fault),
            ResourceKind.Devmem => writer.TryAddDevmem(entry.Devmem, out fault),
            ResourceKind.Trace => writer.TryAddTrace(entry.Trace, out fault),
            ResourceKind.Vdev => writer.TryAddVdev(entry.Vdev, entry.Vrings, entry.Body, out fault),
            ResourceKind.Vendor => writer.TryAddVendor(entry.VendorType, entry.Body, out fault),
            _ => writer.TryAddUnknown(entry.UnknownType, entry.Body, out fault),
        };

    private static void AssertSame(Entry expected, ResourceEntry actual)
    {
        switch (expected.Kind)
        {
            case ResourceKind.Carveout:
                Assert.True(actual.TryReadCarveout(out CarveoutEntry carveout, out _));
                Assert.Equal(BytesOf(expected.Carveout), BytesOf(carveout));
                break;
            case ResourceKind.Devmem:
                Assert.True(actual.TryReadDevmem(out DevmemEntry devmem, out _));
                Assert.Equal(BytesOf(expected.Devmem), BytesOf(devmem));
                break;
            case ResourceKind.Trace:
                Assert.True(actual.TryReadTrace(out TraceEntry trace, out _));
                Assert.Equal(BytesOf(expected.Trace), BytesOf(trace));
                break;
            case ResourceKind.Vdev:
                Assert.True(actual.TryReadVdev(out ResourceVdev vdev, out _));
                AssertSameVdev(expected, vdev);
                break;
            case ResourceKind.Vendor:
                Assert.True(actual.TryReadVendor(out ResourceType type, out ReadOnlySpan<byte> body, out _));
                Assert.Equal(expected.VendorType, type);
                Assert.Equal(expected.Body, body.ToArray());
                break;
            default:
                Assert.Equal(expected.UnknownType, actual.Type);
                Assert.Equal(expected.Body, actual.Bytes.Slice(4, expected.Body.Length).ToArray());
                break;
        }
    }

    private static void AssertSameVdev(Entry expected, ResourceVdev actual)
    {
        Assert.Equal(BytesOf(expected.Vdev), BytesOf(actual.Head));
        Assert.Equal(expected.Body, actual.ConfigSpace.ToArray());
        Assert.Equal(expected.Vrings.Length, actual.VringCount);
        for (int i = 0; i < expected.Vrings.Length; i++)
        {
            Assert.True(actual.TryGetVring(i, out VringEntry vring));
            Assert.Equal(BytesOf(expected.Vrings[i]), BytesOf(vring));
        }
    }

    private static byte[] BytesOf<T>(T value)
        where T : unmanaged
        => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private sealed record Entry(ResourceKind Kind, uint[] Words, byte[] Name, byte[] Body, VringEntry[] Vrings)
    {
        public CarveoutEntry Carveout => new()
        {
            Address = Words[0],
            PhysicalAddress = Words[1],
            LengthBytes = Words[2],
            Flags = Words[3],
            Name = Field,
        };

        public DevmemEntry Devmem => new()
        {
            Type = ResourceType.Devmem,
            Address = Words[0],
            PhysicalAddress = Words[1],
            LengthBytes = Words[2],
            Flags = Words[3],
            Name = Field,
        };

        public TraceEntry Trace => new()
        {
            Type = ResourceType.Trace,
            Address = Words[0],
            LengthBytes = Words[1],
            Name = Field,
        };

        public VdevEntry Vdev => new()
        {
            Type = ResourceType.Vdev,
            DeviceId = Words[0],
            NotifyId = Words[1],
            DeviceFeatures = Words[2],
            DriverFeatures = Words[3],
            ConfigLengthBytes = (uint)Body.Length,
            Status = (OpenAmp.Virtio.VirtioStatus)(Words[4] & 0xFF),
            VringCount = (byte)Vrings.Length,
        };

        public ResourceType VendorType => (ResourceType)(128 + (Words[0] % 385));

        public ResourceType UnknownType => (ResourceType)(Words[0] <= 512 ? 4 + (Words[0] % 124) : Words[0]);

        private ResourceName Field => ResourceName.TryCreate(Name, out ResourceName name) ? name : default;
    }
}
