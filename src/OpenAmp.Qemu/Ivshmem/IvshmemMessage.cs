// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Numbers of the protocol between an ivshmem server and its clients (QEMU, docs/specs/ivshmem-spec).
/// </summary>
/// <remarks>A message is one signed number of 8 bytes, little endian, and at most one descriptor. Only the server
/// sends.</remarks>
internal static class IvshmemMessage
{
    internal const int SizeBytes = 8;

    /// <summary>The only version there is.</summary>
    internal const long Version = 0;

    /// <summary>Comes with the descriptor of the shared memory.</summary>
    internal const long Memory = -1;

    /// <summary>The doorbell register has 16 bits for an id.</summary>
    internal const long MaxId = ushort.MaxValue;

    internal static void Write(Span<byte> message, long number)
        => BinaryPrimitives.WriteInt64LittleEndian(message, number);

    internal static long Read(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadInt64LittleEndian(message);
}
