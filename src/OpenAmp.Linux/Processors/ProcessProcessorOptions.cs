// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Threading;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>What a process processor is made of, and how its firmware is run.</summary>
public sealed record ProcessProcessorOptions
{
    /// <summary>The smallest memory that a processor can have, in bytes: a table, two small rings, their
    /// buffers.</summary>
    public const long MinMemoryBytes = 32 << 10;

    /// <summary>Name of the processor, in logs and messages. <c>process</c> by default.</summary>
    public string Name { get; init; } = "process";

    /// <summary>Length of the memory that the processor shares with its host, in bytes: a multiple of 4096. 1 MiB by
    /// default. All of it is reserved when the processor is opened.</summary>
    public long MemoryBytes { get; init; } = 1 << 20;

    /// <summary>Device address of the memory's first byte, a multiple of 4096; the resource table lies there.
    /// 0x10000000 by default.</summary>
    public DeviceAddress BaseAddress { get; init; } = new(0x1000_0000);

    /// <summary>Physical address of the memory's first byte; the device address when it is <see langword="null"/>, the
    /// default.</summary>
    public ulong? PhysicalBase { get; init; }

    /// <summary>What firmware is accepted. By default: executables for the machine that this process runs on.</summary>
    public FirmwareRequirements? Requirements { get; init; }

    /// <summary>The arguments of the firmware's process, after the firmware's own name. None by default.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables to set in the firmware's environment, or to remove where the value is
    /// <see langword="null"/>. It has those of this process besides.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>The folder that the firmware's process starts in. This process's by default.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>How long firmware may take to end after SIGTERM; then it is killed. 1 s by default; zero kills at
    /// once.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the firmware's standard output goes. To this process's own by default.</summary>
    public ChildOutputMode StandardOutput { get; init; }

    /// <summary>Where the firmware's standard error goes. To this process's own by default.</summary>
    public ChildOutputMode StandardError { get; init; }

    /// <summary>Takes the lines of streams in mode <see cref="ChildOutputMode.Lines"/>. Without it they go to the
    /// processor's log.</summary>
    public Action<ChildOutputLine>? OnOutput { get; init; }

    /// <summary>Refuses what makes no processor.</summary>
    /// <exception cref="ArgumentException">A member has an impossible value.</exception>
    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentNullException.ThrowIfNull(Arguments);
        ArgumentNullException.ThrowIfNull(Environment);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryBytes, MinMemoryBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MemoryBytes, SharedMemory.MaxLengthBytes);
        if (StopGrace < TimeSpan.Zero && StopGrace != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(StopGrace), StopGrace, "A grace is zero or a positive time.");
        }

        if (MemoryBytes % MemoryMap.PageBytes != 0 || !BaseAddress.IsAlignedTo(MemoryMap.PageBytes)
            || BaseAddress.Value > ulong.MaxValue - (ulong)MemoryBytes)
        {
            throw new ArgumentException(
                $"{MemoryBytes} bytes at 0x{BaseAddress.Value:x8} are no memory of processor '{Name}': both must be "
                    + $"multiples of {MemoryMap.PageBytes}, and the end must have an address.",
                nameof(MemoryBytes));
        }

        if (Environment.ContainsKey(ProcessEnvironment.VariableName))
        {
            throw new ArgumentException(
                $"The processor sets {ProcessEnvironment.VariableName} itself.", nameof(Environment));
        }
    }
}
