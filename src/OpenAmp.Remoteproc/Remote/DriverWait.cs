// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using OpenAmp.Virtio;

namespace OpenAmp.Remoteproc;

/// <summary>A virtio device's wait for its driver: the first thing that a remote does.</summary>
public static class DriverWait
{
    // Some drivers ring before they set the status, or not at all.
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromMilliseconds(1);

    /// <summary>Waits until the driver has set DRIVER_OK.</summary>
    /// <param name="vdev">The device's registers.</param>
    /// <param name="doorbell">Its doorbell. It is this method's until it returns, and the kicks it sees are consumed:
    /// look at all rings once before the first wait.</param>
    /// <param name="timeout">How long to wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How it ended. The status has been read with acquire: what the driver wrote before it can be read.
    /// </returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async ValueTask<DriverWaitResult> WaitAsync(
        LiveVdev vdev,
        LinkDoorbell doorbell,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(doorbell);
        cancellationToken.ThrowIfCancellationRequested();
        if (IsReady(vdev))
        {
            return DriverWaitResult.Ready;
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((LinkDoorbell)state!).Wake(), doorbell);
        return await Task.Factory.StartNew(
            () => Wait(vdev, doorbell, timeout, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
    }

    private static DriverWaitResult Wait(
        LiveVdev vdev,
        LinkDoorbell doorbell,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (!IsReady(vdev))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (timeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) >= timeout)
            {
                return DriverWaitResult.TimedOut;
            }

            if ((doorbell.Wait(StatusPeriod) & DoorbellEvents.PeerGone) != 0)
            {
                return DriverWaitResult.PeerGone;
            }
        }

        return DriverWaitResult.Ready;
    }

    private static bool IsReady(LiveVdev vdev) => (vdev.ReadStatus() & VirtioStatus.DriverOk) != 0;
}
