// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux;

// Channels that come and go, and the end of it all.
internal sealed partial class KernelRpmsgCarrier
{
    /// <summary>A transport that goes takes its endpoints and channels with it first. How long to wait before what
    /// vanished is taken for the peer's doing alone.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan SettleLookInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>To read all of all channels takes hundreds of system calls, to see that they are the same a few. How
    /// many looks may trust in that.</summary>
    private const int FullLookEvery = 20;

    public override async IAsyncEnumerable<RpmsgServiceChange> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using KernelEvents? events = KernelEvents.TryListen(_bus.Root, "rpmsg", _lookNow);
        var known = new Dictionary<(string Name, ulong Inode), KernelRpmsgChannel>();
        string mark = "";
        for (int looks = 0, due = 0; IsThere; looks++)
        {
            // Read before the channels are: what changes in between is seen by the next look.
            string before = mark;
            mark = _bus.ReadChannelMark();
            if (looks >= due || mark != before)
            {
                due = looks + FullLookEvery;
                Dictionary<(string, ulong), KernelRpmsgChannel> now = ListAnnounced();
                bool vanished = known.Keys.Any(key => !now.ContainsKey(key));
                if (vanished && await GoesAwayAsync(cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                foreach (RpmsgServiceChange change in Follow(known, now))
                {
                    yield return change;
                }
            }

            if (await _lookNow.WaitAsync(_options.LookInterval, cancellationToken).ConfigureAwait(false))
            {
                due = 0;
            }
        }

        NoteGone();
    }

    /// <summary>Brings what is known up to date.</summary>
    /// <returns>What is new in it, withdrawals first.</returns>
    private static List<RpmsgServiceChange> Follow(
        Dictionary<(string Name, ulong Inode), KernelRpmsgChannel> known,
        Dictionary<(string Name, ulong Inode), KernelRpmsgChannel> now)
    {
        var changes = new List<RpmsgServiceChange>();
        foreach ((string Name, ulong Inode) key in known.Keys.Where(key => !now.ContainsKey(key)).ToList())
        {
            changes.Add(new(known[key].Service, known[key].RemoteAddress, IsWithdrawal: true));
            known.Remove(key);
        }

        foreach (((string, ulong) key, KernelRpmsgChannel channel) in now)
        {
            if (known.TryAdd(key, channel))
            {
                changes.Add(new(channel.Service, channel.RemoteAddress, IsWithdrawal: false));
            }
        }

        return changes;
    }

    private Dictionary<(string, ulong), KernelRpmsgChannel> ListAnnounced()
    {
        var channels = new Dictionary<(string, ulong), KernelRpmsgChannel>();
        foreach (KernelRpmsgChannel channel in _bus.ListChannels())
        {
            if (channel.Transport.Path == _control.Transport.Path && channel.RemoteAddress != RpmsgAddress.Any
                && !IsOwn(channel))
            {
                channels[(channel.DeviceName, FileStatus.ReadInode(channel.Path))] = channel;
            }
        }

        return channels;
    }

    private bool IsOwn(KernelRpmsgChannel channel)
    {
        lock (_gate)
        {
            return _ownChannels.Contains(channel.DeviceName);
        }
    }

    /// <summary>Whether what vanished vanished because the transport goes.</summary>
    private async ValueTask<bool> GoesAwayAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (IsThere)
        {
            if (Stopwatch.GetElapsedTime(start) > SettleTime)
            {
                return false;
            }

            await Task.Delay(SettleLookInterval, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Why an endpoint has ended under its user.</summary>
    private async ValueTask<RpmsgCloseReason> FindEndAsync()
    {
        if (!await GoesAwayAsync(CancellationToken.None).ConfigureAwait(false))
        {
            return RpmsgCloseReason.RemoteDestroyed;
        }

        NoteGone();
        return RpmsgCloseReason.PeerGone;
    }

    private void NoteGone() => _completion.TrySetResult(RpmsgCloseReason.PeerGone);

    /// <summary>Creates a channel of our own, which the kernel announces, and opens its endpoint device. Closing
    /// releases the channel, and the kernel tells the peer.</summary>
    private async ValueTask<RpmsgPort> OfferAsync(RpmsgPortRequest request, CancellationToken cancellationToken)
    {
        string service = request.Name!;
        string deviceName = $"{_control.Transport.Name}.{service}.{unchecked((int)request.LocalAddress)}."
            + $"{unchecked((int)request.RemoteAddress)}";
        lock (_gate)
        {
            _ownChannels.Add(deviceName);
        }

        try
        {
            _control.CreateDevice(service, request.LocalAddress, request.RemoteAddress);
        }
        catch
        {
            ForgetOwn(deviceName);
            throw;
        }

        try
        {
            KernelRpmsgDevice device = await WaitForDeviceAsync(deviceName, cancellationToken).ConfigureAwait(false);
            return await OpenAsync(device, null, Release, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Release();
            throw;
        }

        void Release()
        {
            try
            {
                _control.ReleaseDevice(service, request.LocalAddress, request.RemoteAddress);
            }
            catch (KernelRpmsgException) when (!IsThere)
            {
                // It went with the transport.
            }
            catch (KernelRpmsgException gone) when (gone.Outcome == KernelRpmsgOutcome.NoSuchChannel)
            {
                // Somebody released it before.
            }
            finally
            {
                ForgetOwn(deviceName);
            }
        }
    }

    private void ForgetOwn(string deviceName)
    {
        lock (_gate)
        {
            _ownChannels.Remove(deviceName);
        }
    }

    private async ValueTask<KernelRpmsgDevice> WaitForDeviceAsync(
        string channelName,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_bus.ListDevices().FirstOrDefault(device => device.ChannelDeviceName == channelName) is { } found)
            {
                return found;
            }

            if (Stopwatch.GetElapsedTime(start) > _options.NodeTimeout)
            {
                throw new KernelRpmsgException(KernelRpmsgOutcome.NodeMissing, 0, $"The kernel made channel "
                    + $"{channelName}, but no endpoint device for it within {_options.NodeTimeout.TotalSeconds} s. "
                    + "Is the module rpmsg_char loaded, and does it have the driver rpmsg_chrdev (Linux 5.18 and "
                    + "later)?");
            }

            await Task.Delay(SettleLookInterval, cancellationToken).ConfigureAwait(false);
        }
    }
}
