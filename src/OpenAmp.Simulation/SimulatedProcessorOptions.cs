// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Simulation;

/// <summary>What a simulated processor is like. Everything but the firmware has a default.</summary>
public sealed record SimulatedProcessorOptions
{
    /// <summary>Device address of the default memory, and of the images that <see cref="SimulatedImage"/>
    /// makes.</summary>
    public static readonly DeviceAddress DefaultAddress = new(0x1000_0000);

    /// <summary>Name of the processor.</summary>
    public string Name { get; init; } = "sim0";

    /// <summary>The programs that its images may stand for. Names differ.</summary>
    public required IReadOnlyList<SimulatedFirmware> Firmware { get; init; }

    /// <summary>Its memory: one pool named <c>memory</c> of 4 MiB at <see cref="DefaultAddress"/> by default.</summary>
    public IReadOnlyList<SimulatedMemory> Memory { get; init; } =
        [new SimulatedMemory("memory", DefaultAddress, 4 << 20)];

    /// <summary>Memory that is there only when firmware asks for it by address. None by default.</summary>
    public IReadOnlyList<SimulatedMemory> MappableMemory { get; init; } = [];

    /// <summary>What it can do. Start, stop, suspend and resume by default, and attach and detach when it runs
    /// already.</summary>
    public DriverCapabilities? Capabilities { get; init; }

    /// <summary>What it accepts as firmware.</summary>
    public FirmwareRequirements Requirements { get; init; } = new();

    /// <summary>An ELF image that it runs before anybody opens it, so that one attaches to it. Empty, the default, for
    /// none.</summary>
    public ReadOnlyMemory<byte> RunningImage { get; init; }

    /// <summary>Where it looks for its resource table; <see langword="null"/> for where the image has it.</summary>
    public DeviceAddress? TableAddress { get; init; }

    /// <summary>What its driver says to resources.</summary>
    public Func<TableResource, ResourceDecision>? Decide { get; init; }

    /// <summary>What goes wrong.</summary>
    public SimulatedFaultPlan Faults { get; init; } = new();
}
