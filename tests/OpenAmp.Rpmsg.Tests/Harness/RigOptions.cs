// SPDX-License-Identifier: BSD-3-Clause

using System;

namespace OpenAmp.Rpmsg.Tests;

/// <summary>What a <see cref="Rig"/> looks like. The two directions differ, so that mixing them up is seen.</summary>
internal sealed record RigOptions
{
    /// <summary>A ring that is full after four messages.</summary>
    public static RigOptions Small { get; } = new() { ToDriverEntryCount = 4, ToDeviceEntryCount = 4 };

    public uint ToDriverEntryCount { get; init; } = 256;

    public uint ToDeviceEntryCount { get; init; } = 256;

    public uint ToDriverBufferSizeBytes { get; init; } = 272;

    public uint ToDeviceBufferSizeBytes { get; init; } = 512;

    /// <summary>How long a test may take; stress gets more, for machines that are busy.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    public bool EventIndex { get; init; }

    public UsedLength UsedLength { get; init; }

    public RpmsgLinkOptions Driver { get; init; } = new() { Name = "driver" };

    public RpmsgLinkOptions Device { get; init; } = new() { Name = "device" };

    public RigOptions WithMode(WaitMode mode) => this with
    {
        Driver = Driver with { WaitMode = mode },
        Device = Device with { WaitMode = mode },
    };
}
