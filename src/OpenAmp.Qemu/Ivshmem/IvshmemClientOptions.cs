// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Which server an <see cref="IvshmemClient"/> joins, and what it takes from it.</summary>
public sealed record IvshmemClientOptions
{
    /// <summary>Where the server listens.</summary>
    public required string SocketPath { get; init; }

    /// <summary>How many vectors of our own to wait for, as the server gives no end of them. Default 1.</summary>
    public int VectorCount { get; init; } = 1;

    /// <summary>The most peers to keep; a server that has more is refused. Default 64.</summary>
    public int MaxPeers { get; init; } = 64;

    /// <summary>How long connecting may take, until the last of our own vectors has come. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal void ThrowIfInvalid()
    {
        ArgumentException.ThrowIfNullOrEmpty(SocketPath);
        ArgumentOutOfRangeException.ThrowIfLessThan(VectorCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(VectorCount, IvshmemServerOptions.MaxVectorCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPeers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPeers, (int)IvshmemMessage.MaxId);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ConnectTimeout, TimeSpan.FromDays(1));
    }
}
