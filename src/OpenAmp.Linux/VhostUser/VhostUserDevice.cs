// SPDX-License-Identifier: BSD-3-Clause

using System;
using OpenAmp.Virtio;

namespace OpenAmp.Linux;

/// <summary>A virtio device of any kind that a <see cref="VhostUserServer"/> presents to a front end.</summary>
/// <remarks>
/// <para>The server calls the members that begin with On, and the configuration space, on its own thread, one at a
/// time. They must not block: the front end, often a kernel, waits meanwhile. The queues that they are given may be
/// used on every thread.</para>
/// <para>What throws in them costs the front end its connection (<see cref="VhostUserFault.DeviceFailed"/>), never the
/// process.</para>
/// </remarks>
public abstract class VhostUserDevice
{
    /// <summary>Name in logs.</summary>
    public abstract string Name { get; }

    /// <summary>Number of queues. Constant.</summary>
    public abstract int QueueCount { get; }

    /// <summary>How many queues, from 0 up, a driver must set up before the device starts. Constant; default: all.
    /// </summary>
    public virtual int RequiredQueueCount => QueueCount;

    /// <summary>Features offered. Constant; default: version 1, indirect descriptors and EVENT_IDX, which the queues
    /// take care of. A device adds its own.</summary>
    public virtual VirtioFeatures Features => default(VirtioFeatures)
        .With(VirtioFeatures.Version1)
        .With(VirtioFeatures.RingIndirectDesc)
        .With(VirtioFeatures.RingEventIdx);

    /// <summary>Length of the configuration space in bytes, 0 to 256. Constant; default: there is none.</summary>
    public virtual int ConfigurationBytes => 0;

    /// <summary>Reads the configuration space.</summary>
    /// <param name="offsetBytes">Where from, in bytes.</param>
    /// <param name="destination">Filled; never beyond the end of the space.</param>
    protected internal virtual void OnConfigurationRead(int offsetBytes, Span<byte> destination) => destination.Clear();

    /// <summary>Writes the configuration space.</summary>
    /// <param name="offsetBytes">Where to, in bytes.</param>
    /// <param name="source">What to write; never beyond the end of the space.</param>
    /// <returns><see langword="false"/> to refuse; default: always.</returns>
    protected internal virtual bool OnConfigurationWritten(int offsetBytes, ReadOnlySpan<byte> source) => false;

    /// <summary>The driver has set up all queues. Kicks that came before are told next, and each queue that has
    /// something is looked at as if it was kicked.</summary>
    /// <param name="driver">The driver and its queues.</param>
    protected internal abstract void OnReady(VhostUserDriver driver);

    /// <summary>The driver kicked a queue, or there may be more in one than was taken last time. Take what is there and
    /// return; <see cref="VhostUserQueue.TryTake"/> ends a turn by itself, so that one queue starves no other.
    /// </summary>
    /// <param name="queue">The queue.</param>
    protected internal abstract void OnKicked(VhostUserQueue queue);

    /// <summary>The queues are gone: the driver was unbound, began anew, or the front end left. When this returns, the
    /// driver may use their memory for something else. All calls on the queues give nothing from now on.</summary>
    /// <param name="driver">The driver of the last <see cref="OnReady"/>.</param>
    protected internal abstract void OnTakenAway(VhostUserDriver driver);
}
