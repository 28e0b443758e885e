// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;

namespace OpenAmp.Rpmsg;

// What the peer announces. One announcement at a time.
public abstract partial class RpmsgLink
{
    private const string TooManyPending = "too many services wait for somebody here; see MaxPendingAnnouncements";

    /// <summary>Whether an endpoint gets its peer by the announcement of its name. Otherwise announcements are only for
    /// listeners and for who looks.</summary>
    private protected virtual bool BindsByName => true;

    /// <summary>Takes note of a service that the peer offers or withdraws.</summary>
    private protected void Hear(string name, uint address, bool isWithdrawal)
    {
        if (isWithdrawal)
        {
            Log.Withdrawn(Logger, Name, name, address);
            HearWithdrawal(name, address);
        }
        else
        {
            Log.Announced(Logger, Name, name, address);
            HearService(name, address);
        }
    }

    private void HearService(string name, uint address)
    {
        lock (_serviceGate)
        {
            if (BindsByName && _named.TryGetValue(name, out List<RpmsgEndpoint>? namesakes))
            {
                // Its first message may have come before; then it is known.
                if (namesakes.Find(endpoint => endpoint.RemoteAddress == address) is { } known)
                {
                    known.HoldsService = known.LearnsRemote;
                    return;
                }

                if (TryGiveToWaiting(namesakes, address))
                {
                    return;
                }
            }

            bool kept;
            if (_listeners.TryGetValue(name, out RpmsgListener? listener))
            {
                kept = listener.TryOffer(address, Options.MaxPendingAnnouncements);
            }
            else
            {
                _pending.RemoveAll(candidate => candidate.Address == address && candidate.Name == name);
                kept = _pending.Count < Options.MaxPendingAnnouncements;
                if (kept)
                {
                    _pending.Add(new Announcement(name, address));
                }
            }

            if (!kept)
            {
                DropAnnouncement(TooManyPending);
            }
        }
    }

    private void HearWithdrawal(string name, uint address)
    {
        List<RpmsgEndpoint>? ended = null;
        lock (_serviceGate)
        {
            _pending.RemoveAll(candidate => candidate.Address == address && candidate.Name == name);
            if (_listeners.TryGetValue(name, out RpmsgListener? listener))
            {
                listener.Withdraw(address);
            }

            if (BindsByName && _named.TryGetValue(name, out List<RpmsgEndpoint>? namesakes))
            {
                ended = namesakes.FindAll(endpoint => endpoint.RemoteAddress == address);
                ended.ForEach(static endpoint => endpoint.HoldsService = false);
            }
        }

        // Outside the gate: closing waits for handlers, and those may use the link.
        ended?.ForEach(endpoint => endpoint.Close(RpmsgCloseReason.RemoteDestroyed));
    }

    /// <summary>Gives a new endpoint the oldest announcement of its name that nobody took; one that was made for an
    /// address takes the announcement of that address.</summary>
    private protected void BindToPending(RpmsgEndpoint endpoint)
    {
        if (!BindsByName)
        {
            return;
        }

        lock (_serviceGate)
        {
            uint wanted = endpoint.RemoteAddress;
            int index = _pending.FindIndex(candidate => candidate.Name == endpoint.Name
                && (wanted == RpmsgAddress.Any || wanted == candidate.Address));
            if (index >= 0 && (wanted != RpmsgAddress.Any || endpoint.Bind(_pending[index].Address)))
            {
                endpoint.HoldsService = true;
                _pending.RemoveAt(index);
            }
        }
    }

    // To the oldest that waits.
    private static bool TryGiveToWaiting(List<RpmsgEndpoint> namesakes, uint address)
    {
        RpmsgEndpoint? taker = namesakes.Find(endpoint => endpoint.Bind(address));
        taker?.HoldsService = true;
        return taker is not null;
    }

    /// <summary>Leaves the service of an endpoint that ended to the next. Not when the peer was told of the end: it may
    /// end its own then, and announces what it goes on to offer.</summary>
    private void GiveBackUnsynchronized(RpmsgEndpoint endpoint)
    {
        if (!endpoint.HoldsService || endpoint.IsAnnounced || endpoint.CloseReason != RpmsgCloseReason.Disposed
            || CloseReason != RpmsgCloseReason.None)
        {
            return;
        }

        endpoint.HoldsService = false;
        if (_named.TryGetValue(endpoint.Name!, out List<RpmsgEndpoint>? namesakes)
            && TryGiveToWaiting(namesakes, endpoint.RemoteAddress))
        {
            return;
        }

        if (_pending.Count >= Options.MaxPendingAnnouncements)
        {
            DropAnnouncement(TooManyPending);
            return;
        }

        // It came before all that wait.
        _pending.Insert(0, new Announcement(endpoint.Name!, endpoint.RemoteAddress));
    }

    private protected void DropAnnouncement(string why)
    {
        if (DroppedAnnouncements++ == 0)
        {
            Log.AnnouncementDropped(Logger, Name, why);
        }
    }

    /// <summary>A service that the peer has and nobody here has asked for yet.</summary>
    private readonly record struct Announcement(string Name, uint Address);
}
