// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace OpenAmp.Remoteproc.Tests.Tables;

/// <summary>For every rule a table that breaks it and nothing else, and the table put right.</summary>
internal static partial class LintCases
{
    private static readonly ResourceTableLintOptions s_own = new() { Peers = ResourceTablePeers.ThisLibrary };
    private static readonly ResourceTableLintOptions s_linux = new() { Peers = ResourceTablePeers.Linux };
    private static readonly ResourceTableLintOptions s_c = new() { Peers = ResourceTablePeers.OpenAmpC };

    public static IEnumerable<LintCase> All =>
        [.. Structure(), .. Items(), .. Entries(), .. Devices(), .. Identifiers(), .. Regions(), .. Placements()];

    private static byte[] Rpmsg => new ResourceTableBuilder().AddRpmsgVdev(8, 16).ToBytes();

    private static byte[] State => new ResourceTableBuilder(2).AddProcessorState().ToBytes();

    private static byte[] Text => new ResourceTableBuilder().AddCarveout("text", 0x1000).ToBytes();

    private static byte[] TwoTexts
        => new ResourceTableBuilder().AddCarveout("text", 0x1000).AddCarveout("more", 0x1000).ToBytes();

    private static IEnumerable<LintCase> Structure() =>
    [
        Bytes("RSC001", Rpmsg[..17], Rpmsg),
        Word("RSC002", Rpmsg, 0, 3),
        Word("RSC003", Rpmsg, 8, 1),
        Word("RSC004", Rpmsg, 4, 257),
        Word("RSC005", Rpmsg, 16, 0x1000),
        Bytes("RSC006", Rpmsg[..^1], Rpmsg),
        Word("RSC007", TwoTexts, 0x14, 0x20),
        Bytes("RSC008", Moved(Rpmsg), Rpmsg),
        Word("RSC011", [.. Rpmsg, .. new byte[2000]], 0x2C, 65 << 8),
        Word("RSC012", Rpmsg, 0x38, 3),
        Word("RSC013", Rpmsg, 0x34, 3),
        Bytes("RSC017", [.. Rpmsg, .. new byte[1 << 20]], Rpmsg),
    ];

    private static IEnumerable<LintCase> Items()
    {
        byte[] block = new ResourceTableBuilder(2).AddParameters("boot", 16).ToBytes();
        byte[] trace = new ResourceTableBuilder(2).AddTrace("log", 0x1000, 0x100).ToBytes();
        return
        [
            Word("RSC019", State, 8, 12) with { Options = s_own },
            Word("RSC020", State, 0x18, 39) with { Options = s_own },
            Word("RSC021", State, 0x14, 0x0002_0001) with { Options = s_own },
            Word("RSC022", State, 0x14, 0) with { Options = s_own },
            Word("RSC023", block, 0x24, 17) with { Options = s_own },
            Word("RSC024", trace, 0x30, 2) with { Options = s_own },
        ];
    }

    private static IEnumerable<LintCase> Entries()
    {
        byte[] nulls = new ResourceTableBuilder().AddCarveout("1234567890123456789012345678901", 0x1000).ToBytes();
        byte[] wrongValue = new ResourceTableBuilder(2)
            .Add(new ParametersDescription
            {
                Name = "boot",
                Format = ParametersFormat.KeyValues,
                Bytes = new byte[] { 65 },
            })
            .ToBytes();
        byte[] unknown = new ResourceTableBuilder(2).Add(new UnknownDescription { Type = 77 }).ToBytes();
        byte[] vendorLast = new ResourceTableBuilder().AddCarveout("text", 1).AddVendor(130, default).ToBytes();
        byte[] vendorFirst = new ResourceTableBuilder().AddVendor(130, default).AddCarveout("text", 1).ToBytes();
        byte[] devmem = new ResourceTableBuilder().AddDevmem("uart", 0x1000, 0x1000, 0x100).ToBytes();
        return
        [
            Bytes("RSC030", Moved(Text), Text),
            Word("RSC031", Text, 0x14, 77),
            Word("RSC032", unknown, 0x14, 0x0001_0001) with
            {
                Options = s_own,
                Right = new ResourceTableBuilder(2).AddProcessorState().ToBytes(),
            },
            Bytes("RSC033", new ResourceTableBuilder().ToBytes(), Text),
            Word("RSC040", Text, 0x20, 0),
            Bytes("RSC062", vendorLast, vendorFirst),
            Bytes("RSC063", devmem, devmem) with { RightOptions = new() { HasIommu = true } },
            Bytes("RSC064", State, State) with { Options = s_linux, RightOptions = s_own },
            Bytes("RSC080", Filled(nulls, nulls.Length - 1), nulls),
            Bytes(
                "RSC081",
                new ResourceTableBuilder().AddCarveout("text", 1).AddCarveout("text", 1).ToBytes(),
                TwoTexts),
            Bytes(
                "RSC085",
                new ResourceTableBuilder().AddTrace("log", 0x1000, 0).ToBytes(),
                new ResourceTableBuilder().AddTrace("log", 0x1000, 1).ToBytes()),
            Bytes(
                "RSC086",
                new ResourceTableBuilder(2).AddFlipFlopTrace("log", 0x1000, 0xFF).ToBytes(),
                new ResourceTableBuilder(2).AddFlipFlopTrace("log", 0x1000, 0x100).ToBytes())
                with { Options = s_own },
            Bytes(
                "RSC087",
                new ResourceTableBuilder().AddTrace("log", ResourceAddress.Any64, 1).ToBytes(),
                new ResourceTableBuilder().AddTrace("log", ResourceAddress.Any64, 1).ToBytes())
                with { RightOptions = s_own },
            Bytes(
                "RSC100",
                new ResourceTableBuilder(2).AddProcessorState().AddProcessorState().ToBytes(),
                State) with { Options = s_own },
            Bytes("RSC102", wrongValue, new ResourceTableBuilder(2).AddParameters("boot", 16).ToBytes())
                with { Options = s_own },
        ];
    }

    private static IEnumerable<LintCase> Devices() =>
    [
        Bytes("RSC050", Vdev(7, 1, null, 1), Vdev(7, 1, null, 2)),
        Bytes("RSC051", Vdev(3, 1, null, 3), Vdev(3, 1, null, 2)),
        Bytes("RSC052", Vdev(3, 1, null, 2, alignment: 2), Vdev(3, 1, null, 2)),
        Word("RSC059", Rpmsg, 0x40, 1),
        Bytes("RSC060", Vdev(7, 0x2000_0001, 0x1000, 2), Vdev(7, 1, 0x1000, 2)) with { Options = s_c },
        Bytes("RSC061", Vdev(7, 0, null, 2), Vdev(7, 1, null, 2)),
        Word("RSC065", Rpmsg, 0x24, 1),
        Bytes("RSC066", Vdev(7, 0x4000_0001, null, 2), Vdev(7, 1, null, 2)),
        Bytes("RSC103", Buffers(0xFFF, 8), Buffers(0x1000, 8)) with { Options = s_own },
        Bytes("RSC104", Buffers(0x2000, 9), Buffers(0x2000, 8)) with { Options = s_own },
    ];

    private static IEnumerable<LintCase> Identifiers() =>
    [
        Bytes("RSC014", Vdev(7, 1, null, 2, firstId: 5, secondId: 5), Vdev(7, 1, null, 2, firstId: 5, secondId: 6))
            with { Options = s_own },
        Bytes(
            "RSC070",
            Vdev(7, 1, 0x1000, 2, firstId: 64, secondId: 1),
            Vdev(7, 1, 0x1000, 2, firstId: 63, secondId: 1)) with { Options = s_c },
        Bytes("RSC071", Vdev(7, 1, null, 2, firstId: 5), Vdev(7, 1, null, 2)) with { Options = s_linux },
    ];

    private static LintCase Bytes(string rule, byte[] wrong, byte[] right) => new(rule, wrong, right);

    private static LintCase Word(string rule, byte[] right, int at, uint wrongValue)
    {
        byte[] wrong = [.. right];
        BinaryPrimitives.WriteUInt32LittleEndian(wrong.AsSpan(at), wrongValue);
        return new(rule, wrong, right);
    }

    // The one entry of a version 1 table, two bytes further on.
    private static byte[] Moved(byte[] table)
    {
        byte[] moved = [.. table[..20], 0, 0, .. table[20..]];
        moved[16] += 2;
        return moved;
    }

    private static byte[] Filled(byte[] table, int at)
    {
        byte[] filled = [.. table];
        filled[at] = (byte)'x';
        return filled;
    }

    private static byte[] Vdev(
        uint deviceId,
        ulong features,
        ulong? address,
        int ringCount,
        uint alignment = 16,
        uint firstId = NotifyId.Any,
        uint secondId = NotifyId.Any)
    {
        var vrings = new VringDescription[ringCount];
        for (int i = 0; i < ringCount; i++)
        {
            vrings[i] = new VringDescription
            {
                EntryCount = 8,
                AlignmentBytes = alignment,
                Address = address is { } first ? first + (0x1000 * (ulong)i) : ResourceAddress.Any64,
                NotifyId = i == 0 ? firstId : secondId,
            };
        }

        return new ResourceTableBuilder()
            .Add(new VdevDescription { DeviceId = deviceId, DeviceFeatures = features, Vrings = vrings })
            .ToBytes();
    }

    private static byte[] Buffers(ulong length, uint count)
    {
        var vring = new VringDescription { EntryCount = 8, AlignmentBytes = 16 };
        var buffers = new VdevBuffersDescription
        {
            LengthBytes = length,
            ToDriverBufferBytes = 256,
            ToDriverBufferCount = count,
            ToDeviceBufferBytes = 256,
            ToDeviceBufferCount = 8,
        };
        return new ResourceTableBuilder(2)
            .Add(new VdevDescription { DeviceFeatures = 1, Vrings = [vring, vring], Buffers = buffers })
            .ToBytes();
    }
}
