// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CsCheck;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Tables;

public sealed class ResourceTableDocumentTests
{
    private const string Sample = """
        {
          // A comment, and a trailing comma further down.
          "version": 1,
          "entries": [
            { "kind": "carveout", "name": "text", "address": "0x1000_0000", "lengthBytes": "0x100000", "flags": 5 },
            { "name": "vendor first", "kind": "trace", "address": "0x10002000", "lengthBytes": 4096 },
            { "kind": "vdev", "deviceFeatures": "0x1", "vrings": [
                { "entryCount": 8, "alignmentBytes": "0x10", "address": "any", "notifyId": "any" },
                { "entryCount": 8, "alignmentBytes": 16, "notifyId": 1 } ], "configSpace": "c1 C2 c3" },
          ],
        }
        """;

    public static TheoryData<string, string> Mistakes => new()
    {
        { """{ "version": 1, "entries": [ { "kind": "carveout", "name": "a", "lengthBytes": "0xzz" } ] }""",
            "line 1, position 86, property $.entries[0].lengthBytes" },
        { "{\n \"version\": 1,\n \"entrys\": [] }", "line 3" },
        { """{ "entries": [ { "kind": "carveout", "lengthBytes": 1 } ] }""", "'name'" },
        { """{ "entries": [ { "kind": "tree" } ] }""", "$.entries[0]" },
        { """{ "entries": [ { "kind": "vdev", "vrings": [ { "entryCount": -1, "alignmentBytes": 4 } ] } ] }""",
            "$.entries[0].vrings[0].entryCount" },
        { """{ "entries": [ { "kind": "vdev", "vrings": [ { "entryCount": 3, "alignmentBytes": 4 } ] } ] }""",
            "RSC012" },
        { """{ "entries": [ { "kind": "vendor", "type": 5, "body": "00" } ] }""", "$.entries[0] (vendor of type 5)" },
        { """{ "entries": [ { "kind": "vendor", "type": 130, "body": "0" } ] }""", "$.entries[0].body" },
        { """{ "entries": [ { "kind": "carveout", "name": "a", "lengthBytes": 1, "address": "0x100000000" } ] }""",
            "$.entries[0] (carveout 'a') has the address 0x100000000" },
        { """{ "entries": [ { "kind": "carveout", "name": "123456789 123456789 123456789 12", "lengthBytes": 1 } ] }""",
            "at most 31 bytes" },
        { """{ "entries": [ { "kind": "processorState" } ] }""", "only version 2" },
        { """{ "version": 2, "entries": [ { "kind": "unknown", "type": 3, "body": "" } ] }""", "known type" },
        { """{ "version": 3, "entries": [ ] }""", "$.version: expected 1 or 2, found 3" },
        { """{ "entries": [ null ] }""", "found null" },
        { """{ "entries": [], "entries": [] }""", "property" },
        { """{ "entries": [ { "kind": "vendor", "type": 130, "body": "", "offsetBytes": 4294967295 } ] }""",
            "ends at" },
        { """{ "entries": [], "patches": [ { "offsetBytes": "0x10", "bytes": "00" } ] }""", "patches inside them" },
        { """{ "entries": [], "lengthBytes": -5 }""", "lengthBytes" },
        { """{ "version": 2, "entries": [ { "kind": "parameters", "name": "a", "capacityBytes": 2000000000 } ] }""",
            "a capacity from 0 to 1048576" },
        { "[", "line 1" },
        { "null", "found null" },
        { "", "line 1" },
    };

    [Fact]
    public void DocumentBecomesTheTableItDescribes()
    {
        var table = ResourceTableDocument.Parse(Sample).ToTable();

        Assert.Equal(
            (0x1000_0000UL, ResourceAddress.Any64, 0x10_0000UL, 5u),
            (table.Carveouts[0].Address, table.Carveouts[0].PhysicalAddress, table.Carveouts[0].LengthBytes,
                table.Carveouts[0].Flags));
        Assert.Equal((4096UL, "vendor first"), (table.Traces[0].LengthBytes, table.Traces[0].Name));
        VdevResource vdev = table.Vdevs[0];
        Assert.Equal((7u, NotifyId.Any, 1UL), (vdev.DeviceId, vdev.NotifyId, vdev.DeviceFeatures));
        Assert.Equal(
            (ResourceAddress.Any64, NotifyId.Any, 16u, 1u),
            (vdev.Vrings[0].Address, vdev.Vrings[0].NotifyId, vdev.Vrings[0].AlignmentBytes, vdev.Vrings[1].NotifyId));
        Assert.Equal([0xC1, 0xC2, 0xC3], vdev.ConfigSpace.ToArray());
    }

    [Fact]
    public void DocumentationsExampleIsADocument()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "resource-table.md"));
        int start = text.IndexOf("```json", StringComparison.Ordinal) + "```json".Length;
        string json = text[start..text.IndexOf("```", start, StringComparison.Ordinal)];

        ResourceTable table = ResourceTableDocument.Parse(json).ToTable();
        Assert.Equal((2, 8), (table.FormatVersion, table.Entries.Count));
        Assert.Equal(2048u, table.Vdevs[0].Buffers!.ToDriverBufferBytes);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void MistakeIsNamedWithItsPlace(string json, string expected)
    {
        ResourceTableException mistake = Assert.Throws<ResourceTableException>(
            () => ResourceTableDocument.Parse(json).ToBytes());
        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GoldenTablesComeBackByteForByteAndWithoutPatches()
    {
        foreach (byte[] golden in new[] { GoldenTables.TwoRings, GoldenTables.EveryKind, GoldenTables.EveryItem })
        {
            var document = ResourceTableDocument.FromTable(ResourceTable.Parse(golden));
            Assert.Null(document.Patches);
            Assert.Equal(golden, ResourceTableDocument.Parse(document.ToJson()).ToBytes());
        }
    }

    [Fact]
    public void AnyTableOfVersion1ComesBackByteForByte()
        => Gen.Select(
                Gen.Int[0, 5].Array[0, 8], Gen.Byte.Array[3000], Gen.Int[0, 3].Array[8], Gen.Int[0, 40], Gen.Bool)
            .Sample((kinds, noise, gaps, tail, reversed) =>
            {
                byte[] table = RandomTables.Narrow(kinds, noise, gaps, tail, reversed);
                AssertComesBack(table);
            });

    [Fact]
    public void AnyTableOfVersion2ComesBackByteForByte()
        => Gen.Select(Gen.Int[0, 7].Array[0, 8], Gen.Byte.Array[3000], Gen.Int[0, 40])
            .Sample((kinds, noise, tail) => AssertComesBack(RandomTables.Wide(kinds, noise, tail)));

    [Fact]
    public void WhatNoDescriptionHasAWordForIsPatched()
    {
        byte[] table = GoldenTables.EveryKind;
        table[0x5F] = 0xEE;
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(0x110), 0x1234);
        table = [.. table, 1, 2];

        var document = ResourceTableDocument.FromTable(ResourceTable.Parse(table));
        Assert.Equal([0x5Fu, 0x110u, 0x117u], document.Patches!.Select(patch => patch.OffsetBytes));
        Assert.Equal(table.Length, document.LengthBytes);
        Assert.Equal(table, ResourceTableDocument.Parse(document.ToJson()).ToBytes());
    }

    [Fact]
    public void BuilderAndDocumentGiveTheSameBytes()
    {
        ResourceTableBuilder builder = new ResourceTableBuilder(2)
            .AddCarveout("text", 0x10_0000, address: 0x1_0000_0000)
            .AddDevmem("uart", 0x4000_0000, 0x5000_0000, 0x100)
            .AddFlipFlopTrace("log", 0x2_0000_0000, 0x2000)
            .AddTrace("old", 0x3000_0000, 0x1000)
            .AddRpmsgVdev(256)
            .AddParameters("boot", 64, new Dictionary<string, string> { ["mode"] = "fast" })
            .AddProcessorState(heartbeatPeriodMilliseconds: 100)
            .AddVendor(130, new byte[] { 1, 2, 3 });

        ResourceTable table = builder.Build();
        Assert.Equal(8, table.Entries.Count);
        Assert.Equal("mode=fast\0"u8.ToArray(), table.Parameters[0].Value.ToArray());
        Assert.Equal(TimeSpan.FromMilliseconds(100), table.ProcessorState!.HeartbeatPeriod);
        Assert.Equal(builder.ToBytes(), ResourceTableDocument.Parse(builder.ToDocument().ToJson()).ToBytes());
    }

    [Fact]
    public void BuilderWritesVersion1AsTheCoreDoes()
    {
        byte[] built = new ResourceTableBuilder()
            .Add(new VdevDescription
            {
                NotifyId = 0,
                DeviceFeatures = 1,
                Vrings =
                [
                    new VringDescription { EntryCount = 256, AlignmentBytes = 4096, Address = 0x4000, NotifyId = 1 },
                    new VringDescription { EntryCount = 256, AlignmentBytes = 4096, Address = 0x8000, NotifyId = 2 },
                ],
            })
            .ToBytes();
        Assert.Equal(GoldenTables.TwoRings, built);
    }

    private static void AssertComesBack(byte[] table)
    {
        var parsed = ResourceTable.Parse(table);
        string json = ResourceTableDocument.FromTable(parsed).ToJson();
        Assert.Equal(table, ResourceTableDocument.Parse(json).ToBytes());
    }
}
