// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Runtime.CompilerServices;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.MultiServices;

/// <summary>The terminals that the host creates: each has an endpoint here as long as the host's has not ceased.
/// </summary>
internal struct HostTerminals
{
    private const int Capacity = 4;

    // Terminal n (1 to 4) has address 16 + n: not announced, because the host began it.
    private const uint AddressBase = 16;

    // Address of the host's end + 1; 0 when the place is free.
    private Places _places;

    public static ReadOnlySpan<byte> Name => "rpmsg-tty"u8;

    /// <summary>Which terminal an address is; 0 when it is none.</summary>
    public static uint NumberOf(uint address)
        => unchecked(address - AddressBase - 1) < Capacity ? address - AddressBase : 0;

    /// <summary>The host created or destroyed a terminal.</summary>
    public void Hear(ref Remote<Board> remote, in NameServiceMessage message)
    {
        uint wanted = message.IsDestroy ? message.Address + 1 : 0;
        int place = Find(message.Address + 1);
        if (message.IsDestroy ? place < 0 : place >= 0)
        {
            return; // Nothing is known of it, or it is there already.
        }

        place = Find(wanted);
        if (place < 0)
        {
            FirmwareTrace.Write("no more terminals\n"u8);
            return;
        }

        uint address = AddressBase + 1 + (uint)place;
        if (message.IsDestroy)
        {
            _places[place] = 0;
            remote.Close(address);
            return;
        }

        _places[place] = message.Address + 1;
        remote.Open(address);

        // The host learns this end's address from its first message.
        _ = remote.Send(address, message.Address, "bound"u8);
    }

    private readonly int Find(uint value)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_places[i] == value)
            {
                return i;
            }
        }

        return -1;
    }

    [InlineArray(Capacity)]
    private struct Places
    {
        private uint _first;
    }
}
