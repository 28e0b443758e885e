// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace OpenAmp.Rpmsg;

// The link's thread.
internal sealed partial class RingLink
{
    /// <summary>How often a thread that only watches looks whether the peer is still there: a system call.</summary>
    private static readonly TimeSpan PollLookInterval = TimeSpan.FromMicroseconds(500);

    /// <summary>How often a paused link whose peer is gone looks whether there is room again.</summary>
    private static readonly TimeSpan PausedLookInterval = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan MinSpinTime = TimeSpan.FromMicroseconds(1);

    private readonly Thread _thread;
    private readonly TaskCompletionSource _threadEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopRequested;

    // Set by others to make the thread look up from watching the ring.
    private bool _interrupt;
    private bool _peerGone;
    private bool _areRingsReset;

    // The endpoint whose gate the link's thread is in. It stays there until messages for another come, until it
    // blocks, or until somebody asks: entering for each message would cost as much as the message.
    private RpmsgEndpoint? _entered;
    private volatile bool _leaveWanted;
    private TimeSpan _spinTime;
    private ulong _threadWaits;
    private ulong _droppedNoEndpoint;

    /// <summary>Hands one message on.</summary>
    internal DeliveryOutcome Dispatch(in RpmsgDelivery delivery)
    {
        // Messages come in runs for one endpoint; it is looked for, and its gate entered, once a run.
        if (_entered is { } current && current.LocalAddress == delivery.Destination && current.IsOpen)
        {
            return current.Deliver(delivery);
        }

        LeaveEndpoint();
        if (_directory.Find(delivery.Destination) is { } endpoint)
        {
            endpoint.Enter();
            _entered = endpoint;
            return endpoint.Deliver(delivery);
        }

        DispatchElsewhere(delivery);
        return DeliveryOutcome.Done;
    }

    /// <summary>Asks the link's thread to leave the endpoint it is in, for somebody who waits to close it.</summary>
    internal void AskToLeave()
    {
        _leaveWanted = true;
        Wake();
    }

    /// <summary>Ends a run of messages for one endpoint: whoever waits to close it may go on.</summary>
    private void LeaveEndpoint()
    {
        _leaveWanted = false;
        _entered?.Leave();
        _entered = null;
    }

    private void DispatchElsewhere(in RpmsgDelivery delivery)
    {
        if (delivery.Destination == RpmsgAddress.NameService && Options.NameService)
        {
            HearAnnouncement(delivery);
        }
        else if (_droppedNoEndpoint++ == 0)
        {
            Log.NoEndpoint(Logger, Name, delivery.Source, delivery.Destination);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails here ends the link, never the process.")]
    private void RunThread()
    {
        RpmsgCloseReason reason = RpmsgCloseReason.Failed;
        try
        {
            reason = Serve();
        }
        catch (Exception exception)
        {
            ReportFailure(exception);
        }

        LeaveEndpoint();
        try
        {
            Close(reason);
            Shut();
        }
        catch (Exception exception)
        {
            ReportFailure(exception);
        }

        Complete();
        _threadEnded.TrySetResult();
    }

    private RpmsgCloseReason Serve()
    {
        Quiet();
        while (!_stopRequested)
        {
            // What now lies in the rings is a new driver's, and not for this link.
            if (_areRingsReset)
            {
                return RpmsgCloseReason.PeerGone;
            }

            if (_leaveWanted)
            {
                LeaveEndpoint();
            }

            if (Engine.Drain(this) > 0)
            {
                _ = Engine.HasWaiters && Engine.ServeWaiters();
                continue;
            }

            if (Engine.IsBroken)
            {
                // Who takes its memory along leaves rings that make no sense, perhaps since the last wait.
                _peerGone |= (_doorbell.Wait(TimeSpan.Zero) & DoorbellEvents.PeerGone) != 0;
                return _peerGone || Engine.AreRingsReset ? RpmsgCloseReason.PeerGone : RpmsgCloseReason.PeerBroken;
            }

            // What the peer sent before it went was received above.
            if (_peerGone && !Engine.IsStalled)
            {
                return RpmsgCloseReason.PeerGone;
            }

            if (!WatchForWork())
            {
                WaitForWork();
            }
        }

        return RpmsgCloseReason.Disposed;
    }

    private bool WatchForWork()
    {
        _interrupt = false;
        if (_stopRequested || _leaveWanted || Engine.ServeWaiters())
        {
            return true;
        }

        if (Engine.IsStalled)
        {
            return false;
        }

        return Options.WaitMode switch
        {
            WaitMode.PollOnly => Engine.Watch(PollLookInterval, ref _interrupt),
            WaitMode.Adaptive when _spinTime > TimeSpan.Zero => Engine.Watch(_spinTime, ref _interrupt),
            _ => false,
        };
    }

    private void WaitForWork()
    {
        if (_peerGone)
        {
            LeaveEndpoint();

            // Only a reader keeps the link up. The doorbell would end each wait at once to say that the peer is gone.
            Thread.Sleep(PausedLookInterval);
            return;
        }

        // Whoever sent with more to follow and then forgot to flush.
        Engine.Flush();
        if (Options.WaitMode == WaitMode.PollOnly && !Engine.IsStalled)
        {
            _peerGone |= (_doorbell.Wait(TimeSpan.Zero) & DoorbellEvents.PeerGone) != 0;
            return;
        }

        LeaveEndpoint();

        // Messages that came before the peer could know that we want to be rung are not rung for: look once more.
        // Nor need a kick follow an index that is found to have jumped.
        if ((Engine.SetReceiveNotifications(wanted: true) && !Engine.IsStalled) || Engine.IsBroken)
        {
            Quiet();
            return;
        }

        long start = Stopwatch.GetTimestamp();
        TimeSpan limit = Engine.HasWaiters ? Options.BufferRecheckInterval : Timeout.InfiniteTimeSpan;
        _threadWaits++;
        _peerGone |= (_doorbell.Wait(limit) & DoorbellEvents.PeerGone) != 0;
        _areRingsReset = Engine.AreRingsReset;
        if (_areRingsReset)
        {
            return;
        }

        Quiet();
        Adapt(Stopwatch.GetElapsedTime(start));
    }

    /// <summary>While the thread is awake it needs no kicks, and the peer need not pay for them.</summary>
    private void Quiet()
    {
        if (Options.WaitMode != WaitMode.InterruptOnly && _doorbell.AllowsSuppression)
        {
            _ = Engine.SetReceiveNotifications(wanted: false);
        }
    }

    /// <summary>Watches longer when a little longer would have spared the wait, and less each time it would
    /// not.</summary>
    private void Adapt(TimeSpan waited)
    {
        if (waited < Options.MaxSpinTime)
        {
            _spinTime = Options.MaxSpinTime;
        }
        else if (_spinTime > MinSpinTime)
        {
            _spinTime /= 2;
        }
    }
}
