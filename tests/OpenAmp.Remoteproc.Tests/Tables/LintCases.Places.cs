// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Remoteproc.Tests.Tables;

internal static partial class LintCases
{
    private static readonly TableSegment s_segment = new(0x1000, 0x200, 0x800, 0x1000);

    private static IEnumerable<LintCase> Regions()
    {
        byte[] fixedText = new ResourceTableBuilder().AddCarveout("text", 0x1000, 0x8000).ToBytes();
        byte[] fixedRings = Vdev(3, 1, 0x8000, 1);
        var zeroed = new TablePlacement { Segments = [s_segment with { Address = 0x8000, FileBytes = 0 }] };
        return
        [
            Bytes(
                "RSC041",
                new ResourceTableBuilder().AddCarveout("text", 0x1001, 0xFFFF_F000).ToBytes(),
                new ResourceTableBuilder().AddCarveout("text", 0x1000, 0xFFFF_F000).ToBytes()) with { Options = s_own },
            Bytes("RSC042", fixedText, fixedText) with
            {
                Options = s_own with { Memory = [new TableRegion("ram", 0x8001, 0x1000)] },
                RightOptions = s_own with { Memory = [new TableRegion("ram", 0x8000, 0x1000)] },
            },
            Bytes(
                "RSC043",
                new ResourceTableBuilder().AddCarveout("a", 0x1001, 0x8000).AddCarveout("b", 1, 0x9000).ToBytes(),
                new ResourceTableBuilder().AddCarveout("a", 0x1000, 0x8000).AddCarveout("b", 1, 0x9000).ToBytes())
                with { Options = s_own },
            Bytes("RSC044", Vdev(3, 1, 0x8008, 1), fixedRings) with { Options = s_own },
            Bytes("RSC045", fixedRings, fixedRings) with
            {
                Options = At(zeroed with { Address = 0x8010 }),
                RightOptions = At(zeroed with { Address = 0x8800 }),
            },
            Bytes("RSC046", fixedText, fixedText) with
            {
                Options = s_linux,
                RightOptions = s_linux with { Memory = [new TableRegion("text", 0x8000, 0x1000)] },
            },
            Bytes("RSC047", fixedRings, Vdev(3, 1, null, 1)) with { Options = s_linux },
            Bytes("RSC048", Text, fixedText) with { Options = s_c },
        ];
    }

    private static IEnumerable<LintCase> Placements()
    {
        var placed = new TablePlacement { FileOffsetBytes = 0x300, Address = 0x1100, Segments = [s_segment] };
        byte[] rings = Vdev(3, 1, 0x1200, 1);
        return
        [
            Bytes("RSC090", Text, Text) with
            {
                Options = At(placed with { Address = 0x3000 }),
                RightOptions = At(placed),
            },
            Bytes("RSC091", Text, Text) with
            {
                Options = At(placed with { Address = 0x1102, FileOffsetBytes = 0x302 }),
                RightOptions = At(placed),
            },
            Bytes("RSC092", Text, Text) with
            {
                Options = At(placed with { FileOffsetBytes = 0x2000 }),
                RightOptions = At(placed),
            },
            Bytes("RSC094", rings, Vdev(3, 1, 0x2200, 1)) with { Options = At(placed) },
        ];
    }

    private static ResourceTableLintOptions At(TablePlacement placement) => s_own with { Placement = placement };
}
