// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Memory;

namespace OpenAmp.Linux;

/// <summary>Where two processes meet: shared memory, socket and patience. The defaults are those of the OpenAMP Linux
/// demo programs, so that either side may be one of them.</summary>
public sealed record TwoProcessOptions
{
    /// <summary>Name of the shared memory object. Default "openamp.shm", which is /dev/shm/openamp.shm.</summary>
    public string SharedMemoryName { get; init; } = "openamp.shm";

    /// <summary>Length of the shared memory in bytes. Default 0x80000 (512 KiB). At least the end of the buffer
    /// pool.</summary>
    public long SizeBytes { get; init; } = 0x8_0000;

    /// <summary>Path of the doorbell's UNIX socket, at most 107 bytes. Default "/tmp/openamp.event.0".</summary>
    public string SocketPath { get; init; } = "/tmp/openamp.event.0";

    /// <summary>How often the client tries to connect. Default 100.</summary>
    public int ConnectAttempts { get; init; } = 100;

    /// <summary>What the client waits after attempt i is i times this. Default 10 ms: with 100 attempts 49.5 s in
    /// all.</summary>
    public TimeSpan ConnectBackoff { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Device address of the buffer pool, which the resource table does not tell. Default 0x10000.</summary>
    public DeviceAddress PoolAddress { get; init; } = new(0x1_0000);

    /// <summary>Length of the buffer pool in bytes. Default 0x40000: 512 buffers of 512 bytes.</summary>
    public uint PoolBytes { get; init; } = 0x4_0000;

    /// <summary>How the two ring each other. Default <see cref="DoorbellKind.SocketByte"/>, as the C programs
    /// do.</summary>
    public DoorbellKind Doorbell { get; init; } = DoorbellKind.SocketByte;

    /// <summary>How long to wait for the peer's half of an eventfd doorbell. Default 10 s.</summary>
    public TimeSpan DoorbellTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Measures the waits between attempts to connect. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Throws what is wrong with the options, before anything is created.</summary>
    internal void ThrowIfInvalid()
    {
        UnixSocket.ThrowIfPathInvalid(SocketPath);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ConnectAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConnectBackoff, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfZero(PoolBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PoolAddress.Value, (ulong)SharedMemory.MaxLengthBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SizeBytes, SharedMemory.MaxLengthBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(SizeBytes, (long)PoolAddress.Value + PoolBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(SizeBytes, TwoProcessTable.MinRegionBytes);
    }
}
