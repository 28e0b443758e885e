// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>A driver that has set up a <see cref="VhostUserDevice"/>, until it is taken away.</summary>
public sealed class VhostUserDriver
{
    private readonly Action<VhostUserException> _fail;

    internal VhostUserDriver(
        VirtioFeatures features,
        IReadOnlyList<VhostUserQueue> queues,
        VhostUserMemory memory,
        Action<VhostUserException> fail)
    {
        Features = features;
        Queues = queues;
        Memory = memory;
        _fail = fail;
    }

    /// <summary>Features negotiated.</summary>
    public VirtioFeatures Features { get; }

    /// <summary>The device's queues by index. Those beyond the required ones may not be usable.</summary>
    public IReadOnlyList<VhostUserQueue> Queues { get; }

    internal VhostUserMemory Memory { get; }

    /// <summary>Whether the driver said that it is ready (virtio status), so that no kick need tell.</summary>
    internal bool IsReadinessKnown { get; init; }

    /// <summary>Sends the front end away: what the driver put into a queue makes no sense. Callable from any thread;
    /// the device is told with <see cref="VhostUserDevice.OnTakenAway"/>.</summary>
    /// <param name="reason">What was wrong: expected, actual and where.</param>
    public void Fail(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        Fail(new VhostUserException(VhostUserFault.BrokenRing, reason));
    }

    internal void Fail(VhostUserException fault) => _fail(fault);
}
