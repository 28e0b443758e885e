// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Linq;
using CsCheck;
using Xunit;

namespace OpenAmp.Remoteproc.Tests.Tables;

public sealed class HostileTableTests
{
    private static readonly uint[] s_nastyWords =
    [
        0, 1, 2, 3, 4, 7, 8, 0x10, 0x14, 0x18, 0x7F, 0x80, 0xFF, 0x100, 0x200, 0x201, 0xFFFF, 0x1_0000, 0x7FFF_FFFF,
        0x8000_0000, 0xFFFF_FFE4, 0xFFFF_FFF8, 0xFFFF_FFFC, 0xFFFF_FFFF,
    ];

    private static readonly byte[][] s_corpus =
        [GoldenTables.TwoRings, GoldenTables.EveryKind, GoldenTables.EveryItem];

    [Fact]
    public void EveryTruncationIsATableOrAClearFault()
    {
        int refusedCount = 0;
        foreach (byte[] table in s_corpus)
        {
            for (int length = 0; length < table.Length; length++)
            {
                refusedCount += Look(table[..length]) ? 0 : 1;
            }
        }

        Assert.Equal(s_corpus.Sum(table => table.Length), refusedCount);
    }

    [Fact]
    public void EveryValueOfEveryByteIsATableOrAClearFault()
    {
        int acceptedCount = 0;
        int refusedCount = 0;
        foreach (byte[] golden in s_corpus)
        {
            byte[] table = [.. golden];
            for (int at = 0; at < table.Length; at++)
            {
                for (int value = 0; value < 256; value += 5)
                {
                    table[at] = unchecked((byte)(golden[at] + value));
                    _ = Look(table) ? acceptedCount++ : refusedCount++;
                }

                table[at] = golden[at];
            }
        }

        Assert.True(acceptedCount > 1000 && refusedCount > 1000, $"{acceptedCount} accepted, {refusedCount} refused");
    }

    [Fact]
    public void NastyWordsAnywhereAreATableOrAClearFault()
        => Gen.Select(
                Gen.Int[0, s_corpus.Length - 1],
                Gen.Select(Gen.Int[0, 1024], Gen.Int[0, s_nastyWords.Length - 1]).Array[1, 4])
            .Sample((which, hits) =>
            {
                byte[] table = [.. s_corpus[which]];
                foreach ((int word, int nasty) in hits)
                {
                    int at = word * 4 % (table.Length & ~3);
                    BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(at), s_nastyWords[nasty]);
                }

                _ = Look(table);
            });

    [Fact]
    public void NoiseIsATableOrAClearFault()
        => Gen.Byte.Array[0, 200].Sample(noise =>
        {
            _ = Look(noise);
            _ = Look([1, 0, 0, 0, 2, .. noise]);
            _ = Look([2, 0, 0, 0, 2, .. noise]);
        });

    [Fact]
    public void TableFullOfOverlapsIsReportedInBounds()
    {
        var vring = new VringDescription { EntryCount = 8, AlignmentBytes = 16, Address = 0x1000, NotifyId = 5 };
        var vdev = new VdevDescription { Vrings = [.. Enumerable.Repeat(vring, VdevEntry.MaxVringCount)] };
        var document = new ResourceTableDocument
        {
            Entries = [.. Enumerable.Repeat(vdev, ResourceTableReader.MaxEntryCount)],
        };
        byte[] table = document.ToBytes();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ResourceTableLinter.MaxDiagnosticCount, ResourceTableLinter.Lint(table).Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void RefusalAllocatesLittleWhateverTheCountsSay()
    {
        byte[] table = [1, 0, 0, 0, 0, 1, 0, 0, .. new byte[8 + (256 * 4)]];
        byte[] wide = [2, 0, 0, 0, 0, 1, 0, 0, 0xF8, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0];
        _ = ResourceTable.TryParse(table, out _, out _) || ResourceTable.TryParse(wide, out _, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(ResourceTable.TryParse(table, out _, out _));
        Assert.False(ResourceTable.TryParse(wide, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    // A table: everything that can be asked of it answers. None: the fault has its rule and lies within the bytes.
    private static bool Look(byte[] bytes)
    {
        bool parsed = ResourceTable.TryParse(bytes, out ResourceTable? table, out ResourceTableFault fault);
        bool hasFault = ResourceTableLinter.Lint(bytes).Any(
            found => string.CompareOrdinal(found.RuleId, "RSC030") < 0 && found.RuleId != "RSC014");
        Assert.NotEqual(parsed, hasFault);
        if (!parsed)
        {
            Assert.InRange(fault.OffsetBytes, 0u, (uint)bytes.Length);
            Assert.StartsWith("RSC", new ResourceTableException(fault).RuleId, StringComparison.Ordinal);
            _ = Assert.Throws<ResourceTableException>(() => ResourceTable.Parse(bytes));
            return false;
        }

        foreach (TableResource entry in table!.Entries)
        {
            Assert.NotEmpty(entry.ToString());
            Assert.Equal((int)entry.EntryLengthBytes, entry.EntryBytes.Length);
        }

        Assert.Equal(bytes, table.Clone().Bytes.ToArray());
        Assert.Equal(bytes, ResourceTableDocument.FromTable(table).ToBytes());
        return true;
    }
}
