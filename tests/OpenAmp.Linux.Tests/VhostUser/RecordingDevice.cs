// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Threading;
using OpenAmp.Virtio;

namespace OpenAmp.Linux.Tests;

/// <summary>A device of a private kind: two queues and 16 bytes of configuration; a test says what it does.</summary>
internal sealed class RecordingDevice : VhostUserDevice
{
    internal const ulong PrivateFeature = 1;
    private readonly byte[] _configuration = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    public override string Name => "recording";

    public override int QueueCount => Queues;

    public override int RequiredQueueCount => Required;

    public override VirtioFeatures Features => base.Features.With(0);

    public override int ConfigurationBytes => _configuration.Length;

    internal int Queues { get; init; } = 2;

    internal int Required { get; init; } = 2;

    internal Action<VhostUserQueue> Kicked { get; init; } = static _ => { };

    internal Action<VhostUserDriver> Ready { get; init; } = static _ => { };

    /// <summary>The drivers that came, in their order.</summary>
    internal BlockingCollection<VhostUserDriver> Drivers { get; } = [];

    internal SemaphoreSlim TakenAway { get; } = new(0);

    protected internal override void OnConfigurationRead(int offsetBytes, Span<byte> destination)
        => _configuration.AsSpan(offsetBytes, destination.Length).CopyTo(destination);

    protected internal override bool OnConfigurationWritten(int offsetBytes, ReadOnlySpan<byte> source)
    {
        source.CopyTo(_configuration.AsSpan(offsetBytes));
        return true;
    }

    protected internal override void OnReady(VhostUserDriver driver)
    {
        Ready(driver);
        Drivers.Add(driver);
    }

    protected internal override void OnKicked(VhostUserQueue queue) => Kicked(queue);

    protected internal override void OnTakenAway(VhostUserDriver driver) => TakenAway.Release();
}
