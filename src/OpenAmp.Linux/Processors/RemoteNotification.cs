// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Runtime.InteropServices;
using OpenAmp.Remoteproc;

namespace OpenAmp.Linux;

/// <summary>The host's end of one notify id that belongs to no virtio device: reports each time the firmware rings.
/// </summary>
internal sealed class RemoteNotification(uint notifyId, RemoteProcessorPort port) : IWatchedDescriptor, IDisposable
{
    private readonly EventFd _rung = new();

    internal uint NotifyId => notifyId;

    public SafeHandle Handle => _rung.Handle;

    internal void Start() => DescriptorWatcher.Shared.Watch(this);

    public void BecameReady()
    {
        try
        {
            if (_rung.Wait(TimeSpan.Zero))
            {
                port.ReportNotification(notifyId);
            }

            DescriptorWatcher.Shared.Watch(this);
        }
        catch (ObjectDisposedException)
        {
            // The run ended in between.
        }
        catch (IOException error)
        {
            WatchFailed(error);
        }
    }

    // The buffers are looked at from time to time as well, so nothing is lost, only later.
    public void WatchFailed(IOException error) => Log.NotificationsLost(port.Logger, notifyId, error);

    public void Dispose()
    {
        _ = DescriptorWatcher.Shared.Unwatch(this);
        _rung.Dispose();
    }
}
