// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Numerics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>What an <see cref="IvshmemServer"/> serves, and where.</summary>
public sealed record IvshmemServerOptions
{
    /// <summary>The largest shared memory, in bytes: the machines' 32-bit PCI window holds it.</summary>
    public const long MaxMemoryBytes = 1L << 28;

    /// <summary>The smallest shared memory, in bytes: one page.</summary>
    public const long MinMemoryBytes = 4096;

    /// <summary>The most interrupt vectors that a peer can have.</summary>
    public const int MaxVectorCount = 64;

    /// <summary>The most peers that a server can be asked to take.</summary>
    public const int MaxPeerCount = 1024;

    /// <summary>Where the server listens: a path for a UNIX socket. A socket that a dead server left is replaced,
    /// anything else is left alone.</summary>
    public required string SocketPath { get; init; }

    /// <summary>Length of the shared memory, in bytes; a power of two, because it becomes a PCI BAR. Default 4 MiB, as
    /// QEMU's own server has.</summary>
    public long MemoryBytes { get; init; } = 4 << 20;

    /// <summary>A name in /dev/shm for the shared memory, for programs that map it without the server. It is removed
    /// when the server is disposed. By default it has none, and cannot be shrunk under anybody.</summary>
    public string? MemoryName { get; init; }

    /// <summary>Number of interrupt vectors of each peer. Default 1; give QEMU's device the same number
    /// (vectors=).</summary>
    public int VectorCount { get; init; } = 1;

    /// <summary>The most peers at a time; others are turned away. Default 16.</summary>
    public int MaxPeers { get; init; } = 16;

    /// <summary>How many bytes at the start of the shared memory are zeroed whenever a peer has left, before any other
    /// peer hears of it. Default 0: the memory is never touched.</summary>
    /// <remarks>With static vrings, 1 clears the status byte: nobody who comes later takes what a dead driver left
    /// for a living one.</remarks>
    public long ClearOnLeaveBytes { get; init; }

    /// <summary>How long a peer may leave its socket full before it is turned out. Default 5 s.</summary>
    public TimeSpan SlowPeerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where joins, leaves and refusals are told.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrEmpty(SocketPath);
        ArgumentNullException.ThrowIfNull(Logger);
        if (MemoryBytes is < MinMemoryBytes or > MaxMemoryBytes || !BitOperations.IsPow2(MemoryBytes))
        {
            throw new ArgumentOutOfRangeException(nameof(MemoryBytes), MemoryBytes,
                $"The shared memory becomes a PCI BAR: its length is a power of two from {MinMemoryBytes} to "
                + $"{MaxMemoryBytes} bytes.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(VectorCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(VectorCount, MaxVectorCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPeers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPeers, MaxPeerCount);
        ArgumentOutOfRangeException.ThrowIfNegative(ClearOnLeaveBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ClearOnLeaveBytes, MemoryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SlowPeerTimeout, TimeSpan.Zero);
    }
}
