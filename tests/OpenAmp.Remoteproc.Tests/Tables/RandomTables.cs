// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;

namespace OpenAmp.Remoteproc.Tests.Tables;

/// <summary>Valid tables full of noise, laid out in every way that is allowed.</summary>
internal static class RandomTables
{
    /// <summary>Entries in any order and with gaps, random names and padding, bytes behind the last entry.</summary>
    public static byte[] Narrow(int[] kinds, byte[] noise, int[] gaps, int tail, bool reversed)
    {
        var random = new MemoryStream(noise);
        byte[][] bodies = [.. kinds.Select(kind => NarrowEntry(kind, random))];
        int[] offsets = new int[kinds.Length];
        int end = 16 + (4 * kinds.Length);
        foreach (int i in reversed ? Enumerable.Range(0, kinds.Length).Reverse() : Enumerable.Range(0, kinds.Length))
        {
            // An entry of a virtio device stands on a multiple of 4; the others stand anywhere.
            offsets[i] = kinds[i] == 3 ? (end + 3 + (4 * gaps[i])) & ~3 : end + gaps[i];
            end = offsets[i] + bodies[i].Length;
        }

        byte[] table = Take(random, end + tail);
        table.AsSpan(0, 16).Clear();
        table[0] = 1;
        table[4] = (byte)kinds.Length;
        for (int i = 0; i < kinds.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(16 + (4 * i)), offsets[i]);
            bodies[i].CopyTo(table.AsSpan(offsets[i]));
        }

        return table;
    }

    /// <summary>Items of all kinds, random names and unused room, bytes behind the table.</summary>
    public static byte[] Wide(int[] kinds, byte[] noise, int tail)
    {
        var random = new MemoryStream(noise);
        byte[] table = [2, 0, 0, 0, (byte)kinds.Length, .. new byte[11]];
        foreach (int kind in kinds)
        {
            byte[] item = WideItem(kind, random);
            item[5] = 0;
            item[4] = kind == 7 ? (byte)(2 + (item[4] % 200)) : (byte)1;
            item[6] &= 1;
            item[7] = 0;
            BinaryPrimitives.WriteInt32LittleEndian(item.AsSpan(8), item.Length);
            item.AsSpan(12, 4).Clear();
            table = [.. table, .. item, .. new byte[(8 - (item.Length % 8)) % 8]];
        }

        BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(8), table.Length);
        return [.. table, .. Take(random, tail)];
    }

    private static byte[] NarrowEntry(int kind, MemoryStream random)
    {
        int length = new[] { 56, 56, 48, 28, 8, 4 }[kind];
        byte[] entry = Take(random, length);
        int type = kind switch { 4 => 128 + (entry[0] % 100), 5 => 77 + (entry[0] % 50), _ => kind };
        BinaryPrimitives.WriteInt32LittleEndian(entry, type);
        if (kind < 3)
        {
            entry.AsSpan(kind == 2 ? 12 : 20, 4).Clear();
        }

        if (kind == 4)
        {
            byte[] body = Take(random, entry[4] % 30);
            BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(4), body.Length);
            return [.. entry, .. body];
        }

        return kind == 3 ? Vdev(entry, 25, 20, 4, 20, random) : entry;
    }

    private static byte[] WideItem(int kind, MemoryStream random)
    {
        int length = new[] { 80, 80, 80, 80, 16, 56, 40, 16 }[kind];
        byte[] item = Take(random, length);
        int type = kind switch { 4 => 128 + (item[0] % 100), 5 => 20, 6 => 21, 7 => item[0] % 22, _ => kind };
        BinaryPrimitives.WriteInt32LittleEndian(item, type);
        if (kind < 2)
        {
            item.AsSpan(44, 4).Clear();
        }
        else if (kind == 2)
        {
            item[32] &= 1;
            item.AsSpan(33, 3).Clear();
            item.AsSpan(40, 8).Clear();
        }

        if (kind == 5)
        {
            byte[] room = Take(random, item[20] % 30);
            BinaryPrimitives.WriteInt32LittleEndian(item.AsSpan(16), item[16] & 1);
            BinaryPrimitives.WriteInt32LittleEndian(item.AsSpan(20), item[21] % (room.Length + 1));
            return [.. item, .. room];
        }

        return kind switch
        {
            3 => Vdev(item, 45, 24, 8, 40, random),
            4 or 7 => [.. item, .. Take(random, item[1] % 30)],
            _ => item,
        };
    }

    private static byte[] Vdev(
        byte[] head, int countAt, int vringBytes, int addressBytes, int configAt, MemoryStream random)
    {
        byte[] config = Take(random, head[configAt] % 20);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(configAt), config.Length);
        head[countAt] %= 4;
        head.AsSpan(countAt + 1, 2).Clear();
        byte[] all = head;
        for (int i = 0; i < head[countAt]; i++)
        {
            byte[] vring = Take(random, vringBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(vring.AsSpan(addressBytes), 1u << (vring[addressBytes] % 32));
            BinaryPrimitives.WriteUInt32LittleEndian(vring.AsSpan(addressBytes + 4), 1u << (vring[0] % 16));
            if (addressBytes == 8)
            {
                vring.AsSpan(20).Clear();
            }

            all = [.. all, .. vring];
        }

        return [.. all, .. config];
    }

    private static byte[] Take(MemoryStream random, int count)
    {
        byte[] taken = new byte[count];
        if (random.Read(taken) < count)
        {
            random.Position = 0;
        }

        return taken;
    }
}
