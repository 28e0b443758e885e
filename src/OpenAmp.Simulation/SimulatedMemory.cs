// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Memory;

namespace OpenAmp.Simulation;

/// <summary>One piece of a simulated processor's memory.</summary>
/// <param name="Name">Its name: a carveout of the same name is taken from it.</param>
/// <param name="Address">Device address of the first byte.</param>
/// <param name="LengthBytes">Length in bytes.</param>
public sealed record SimulatedMemory(string Name, DeviceAddress Address, ulong LengthBytes)
{
    /// <summary>Physical address of the first byte; equal to the device address unless said otherwise.</summary>
    public ulong? PhysicalAddress { get; init; }

    /// <summary>Whether carveouts that may lie anywhere are taken from it. <see langword="true"/> by default.
    /// </summary>
    public bool IsPool { get; init; } = true;
}
