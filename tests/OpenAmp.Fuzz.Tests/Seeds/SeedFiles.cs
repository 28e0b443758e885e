// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using OpenAmp.Remoteproc.Tests.Tables;

namespace OpenAmp.Fuzz.Tests;

/// <summary>The well-formed inputs that fuzzing begins with, as the command "seeds" writes them.</summary>
internal static class SeedFiles
{
    /// <summary>The seeds of a target, with the ends of their names.</summary>
    public static IEnumerable<(string Name, byte[] Content)> For(string target) => target switch
    {
        "elf" => ElfSeeds.Any,
        "firmware" => ElfSeeds.Firmware,
        "table" => Tables,
        "document" => Documents,
        "signed" => Signed,
        "trace" => Traces,
        _ => throw new ArgumentException($"There are no seeds for '{target}'."),
    };

    private static IEnumerable<(string, byte[])> Tables =>
    [
        ("two-rings.bin", GoldenTables.TwoRings),
        ("every-kind.bin", GoldenTables.EveryKind),
        ("every-item.bin", GoldenTables.EveryItem),
        ("shifted.bin", [.. new byte[64], .. GoldenTables.EveryKind]),
        ("empty.bin", [1, .. new byte[15]]),
    ];

    private static IEnumerable<(string, byte[])> Documents =>
    [
        ("version-1.json", Encoding.UTF8.GetBytes("""
            { // every kind
              "version": 1,
              "entries": [
                { "kind": "carveout", "name": "text", "lengthBytes": "0x10_0000", "address": "any", "flags": 0 },
                { "kind": "devmem", "name": "uart", "address": "0x4000_0000", "physicalAddress": "0x4000_0000",
                  "lengthBytes": 4096 },
                { "kind": "trace", "name": "log", "address": "0x1000_2000", "lengthBytes": "0x2000" },
                { "kind": "vdev", "deviceId": 7, "notifyId": "any", "deviceFeatures": "0x1", "configSpace": "01 02",
                  "vrings": [ { "entryCount": 256, "alignmentBytes": 4096, "address": "any", "notifyId": 1 } ] },
                { "kind": "vendor", "type": 130, "body": "01 02 03", "required": false },
              ]
            }
            """)),
        ("version-2.json", Encoding.UTF8.GetBytes("""
            { "version": 2, "entries": [
                { "kind": "trace", "name": "log", "address": "any", "lengthBytes": "0x2000",
                  "method": "FlipFlop", "notifyId": "any" },
                { "kind": "vdev", "deviceId": 7, "vrings": [ { "entryCount": 8, "alignmentBytes": 16 } ],
                  "buffers": { "address": "any", "lengthBytes": 0, "toDriverBufferBytes": 2048,
                    "toDriverBufferCount": 256, "toDeviceBufferBytes": 512, "toDeviceBufferCount": 256 } },
                { "kind": "parameters", "name": "boot", "capacityBytes": 256, "values": { "mode": "fast" } },
                { "kind": "processorState", "heartbeatPeriodMilliseconds": 100 },
                { "kind": "unknown", "type": 77, "itemVersion": 3, "body": "" } ],
              "lengthBytes": 1024, "patches": [ { "offsetBytes": 16, "bytes": "01 02" } ] }
            """)),
        ("empty.json", "{\"entries\":[]}"u8.ToArray()),
    ];

    private static IEnumerable<(string, byte[])> Signed
    {
        get
        {
            byte[] image = ElfSeeds.Firmware.First().Content;
            byte[] wide = ElfSeeds.Firmware.ElementAt(1).Content;
            return
            [
                ("with-digests.bin", SignedTarget.Sign(image, withDigests: true)),
                ("without-digests.bin", SignedTarget.Sign(image, withDigests: false)),
                ("wide.bin", SignedTarget.Sign(wide, withDigests: true)),
                ("image.elf", image),
            ];
        }
    }

    private static IEnumerable<(string, byte[])> Traces =>
    [
        ("text.bin", [0xfe, .. Write(0, 1, "hello\n"), .. Write(6, 1, "world\n\0"), .. Write(120, 12, "end\nbegin")]),
        ("short.bin", [4, .. Write(0, 0, "ab"), .. Write(0, 15, "\r\n\xff")]),
        ("flip-flop.bin",
        [
            0xff,
            .. Write(0, 0, "FFTR\x01\0\0\0\x80\x00\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            .. Write(128, 0, "first line\nsecond line\n"),
            .. Write(32, 16, "\x16\0\0\0\x16\0\0\0"),
            .. Write(16, 17, "\x01\0\0\0\x05\0\0\0\x01\0\0\0"),
        ]),
    ];

    private static byte[] Write(int offset, byte control, string text)
        => [(byte)offset, (byte)(offset >> 8), (byte)text.Length, control, .. Encoding.Latin1.GetBytes(text)];
}
