// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Relay;

/// <summary>What the peer has announced, so that the host can be told when the peer is gone.</summary>
/// <remarks>The first eight services; of more, the host hears nothing when the peer goes.</remarks>
internal struct PeerServices
{
    private const int Capacity = 8;

    private Places _places;
    private int _count;

    /// <summary>Keeps an announcement, or forgets what it takes back.</summary>
    public void Note(in NameServiceMessage announcement)
    {
        int place = 0;
        while (place < _count && _places[place].Address != announcement.Address)
        {
            place++;
        }

        if (!announcement.IsDestroy && place < Capacity)
        {
            _places[place] = announcement;
            _count += place == _count ? 1 : 0;
        }
        else if (announcement.IsDestroy && place < _count)
        {
            _places[place] = _places[--_count];
        }
    }

    /// <summary>Tells the host that all of them have ceased.</summary>
    public void WithdrawAll(ref Remote<Board> remote)
    {
        Span<byte> payload = stackalloc byte[NameServiceMessage.SizeBytes];
        while (_count > 0)
        {
            NameServiceMessage kept = _places[--_count];
            _ = new NameServiceMessage(kept.Name, kept.Address, isDestroy: true).TryWrite(payload);
            _ = remote.Send(kept.Address, RpmsgAddress.NameService, payload);
        }
    }

    [InlineArray(Capacity)]
    private struct Places
    {
        private NameServiceMessage _first;
    }
}
