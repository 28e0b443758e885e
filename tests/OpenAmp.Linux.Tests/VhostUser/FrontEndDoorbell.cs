// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux.Tests;

/// <summary>The driver's doorbell: kicks the device's queues, waits for its calls.</summary>
internal sealed class FrontEndDoorbell(FrontEndRings rings) : LinkDoorbell
{
    private readonly EventFd _call = rings.Call.Duplicate();

    public override void Kick(uint notifyId)
    {
        try
        {
            rings.Kick(notifyId);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The back end is gone, and the kick with it.
        }
    }

    public override DoorbellEvents Wait(TimeSpan timeout)
        => _call.Wait(timeout) ? DoorbellEvents.Kicked | DoorbellEvents.Woken : DoorbellEvents.None;

    public override void Wake()
    {
        try
        {
            _call.Signal();
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    protected override void Dispose(bool disposing) => _call.Dispose();
}
