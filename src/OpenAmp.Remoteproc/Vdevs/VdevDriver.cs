// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Remoteproc;

/// <summary>Drives one kind of virtio device on the host's side. RPMsg's is built in; a program may bring others.
/// </summary>
public abstract class VdevDriver
{
    /// <summary>Which kind: the virtio device id, VIRTIO 1.3, chapter 5.</summary>
    public abstract uint DeviceId { get; }

    /// <summary>Brings the device up: agrees on features, prepares rings, sets DRIVER_OK. The remote runs already.
    /// </summary>
    /// <param name="vdev">The device, reset, with ACKNOWLEDGE and DRIVER set.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What is disposed when the device goes down, before its doorbell is.</returns>
    public abstract ValueTask<IAsyncDisposable> StartAsync(RemoteVdev vdev, CancellationToken cancellationToken);
}
