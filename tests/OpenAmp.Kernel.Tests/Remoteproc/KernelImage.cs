// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using OpenAmp.Simulation;

namespace OpenAmp.Kernel.Tests.Remoteproc;

/// <summary>Firmware images for the kernel's processor.</summary>
internal static class KernelImage
{
    /// <summary>The processor's address of its memory, and of an image's first byte.</summary>
    internal const uint Address = 0x1000_0000;

    /// <summary>Length of the processor's memory.</summary>
    internal const uint MemoryBytes = 1 << 20;

    /// <summary>Where the trace buffer lies, within the image's memory.</summary>
    internal const uint TraceAddress = Address + 0x8000;

    internal const uint TraceBytes = 0x1000;

    /// <summary>A table with a trace buffer and an RPMsg device of 32 buffers each way.</summary>
    internal static byte[] Table { get; } = new ResourceTableBuilder()
        .AddTrace("trace", TraceAddress, TraceBytes)
        .AddRpmsgVdev(32)
        .ToBytes();

    /// <summary>Makes an ELF file of a program of <see cref="KernelPrograms"/>.</summary>
    internal static byte[] ToElf(string program, ReadOnlyMemory<byte>? table = null)
        => SimulatedImage.ToElf(Options(program, table ?? Table));

    /// <summary>Makes what stands in the memory of a processor that runs a program already.</summary>
    internal static byte[] ToRaw(string program) => SimulatedImage.ToRaw(Options(program, Table));

    private static SimulatedImageOptions Options(string program, ReadOnlyMemory<byte> table) => new()
    {
        FirmwareName = program,
        ResourceTable = table,
        Address = new DeviceAddress(Address),
    };
}
