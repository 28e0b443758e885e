// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>A message between the guest's driver and the processor, as tests/linux-guest/vrproc/vrproc.c has it: 32
/// bytes, little-endian.</summary>
internal readonly record struct KernelProcessorMessage(
    KernelProcessorOperation Operation, uint Sequence = 0, ulong A = 0, ulong B = 0, ulong C = 0)
{
    internal const int SizeBytes = 32;

    internal static KernelProcessorMessage Read(ReadOnlySpan<byte> bytes) => new(
        (KernelProcessorOperation)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

    internal byte[] ToBytes()
    {
        byte[] bytes = new byte[SizeBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)Operation);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), A);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), B);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), C);
        return bytes;
    }
}
