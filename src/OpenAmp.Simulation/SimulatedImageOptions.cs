// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Elf;
using OpenAmp.Memory;

namespace OpenAmp.Simulation;

/// <summary>What an image for a simulated processor holds.</summary>
public sealed record SimulatedImageOptions
{
    /// <summary>Name of the firmware that it stands for.</summary>
    public required string FirmwareName { get; init; }

    /// <summary>Its resource table; empty, the default, for none.</summary>
    public ReadOnlyMemory<byte> ResourceTable { get; init; }

    /// <summary>Device address of its first byte, which is also its entry point.</summary>
    public DeviceAddress Address { get; init; } = SimulatedProcessorOptions.DefaultAddress;

    /// <summary>What comes after the table, or nothing.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Length in memory, in bytes: what the image does not fill is zero. As long as the image when that is
    /// longer; 64 KiB by default.</summary>
    public uint MemoryBytes { get; init; } = 64 << 10;

    /// <summary>ELF class: 32 bits by default.</summary>
    public ElfClass Class { get; init; } = ElfClass.Elf32;

    /// <summary>The machine it says it is for.</summary>
    public ElfMachine Machine { get; init; }
}
