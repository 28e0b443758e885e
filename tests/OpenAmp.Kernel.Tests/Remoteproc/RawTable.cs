// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>Resource tables of version 1 as bytes, with mistakes that <see cref="OpenAmp.Remoteproc"/> would not
/// write.</summary>
internal static class RawTable
{
    internal const uint Carveout = 0;
    internal const uint Devmem = 1;
    internal const uint Trace = 2;
    internal const uint Vdev = 3;
    internal const uint Any = uint.MaxValue;

    private const int HeadBytes = 16;
    private const int NameBytes = 32;

    /// <summary>Makes a table of entries: type and what follows it.</summary>
    internal static byte[] Of(params (uint Type, byte[] Body)[] entries)
    {
        int at = HeadBytes + (4 * entries.Length);
        List<uint> words = [1, (uint)entries.Length, 0, 0];
        foreach ((_, byte[] body) in entries)
        {
            words.Add((uint)at);
            at += 4 + body.Length;
        }

        using MemoryStream table = new();
        table.Write(Words([.. words]));
        foreach ((uint type, byte[] body) in entries)
        {
            table.Write(Words(type));
            table.Write(body);
        }

        return table.ToArray();
    }

    /// <summary>A carveout's or a device memory's body.</summary>
    internal static byte[] Memory(string name, uint address, uint lengthBytes, uint reserved = 0)
        => [.. Words(address, Any, lengthBytes, 0, reserved), .. Name(name)];

    /// <summary>A trace buffer's body.</summary>
    internal static byte[] TraceBuffer(uint address, uint lengthBytes, uint reserved = 0)
        => [.. Words(address, lengthBytes, reserved), .. Name("trace")];

    /// <summary>An RPMsg device's body.</summary>
    internal static byte[] Rpmsg(byte vrings = 2, uint alignment = 4096, uint count = 32, byte reserved = 0)
    {
        byte[] head = [.. Words(7, Any, 1, 0, 0), 0, vrings, reserved, 0];
        byte[] ring = Words(Any, alignment, count, Any, 0);
        return [.. head, .. Enumerable.Repeat(ring, vrings).SelectMany(bytes => bytes)];
    }

    internal static byte[] Words(params uint[] words)
    {
        byte[] bytes = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        }

        return bytes;
    }

    private static byte[] Name(string name)
    {
        byte[] bytes = new byte[NameBytes];
        _ = Encoding.UTF8.GetBytes(name, bytes);
        return bytes;
    }
}
