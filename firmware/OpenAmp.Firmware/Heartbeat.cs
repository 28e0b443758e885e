// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware;

/// <summary>The service by which a host sees that its firmware lives: messages that come regularly.</summary>
/// <remarks>A part of a firmware that hears the name service and wants ticks: it hands on what it gets of either.
/// </remarks>
/// <typeparam name="TBoard">The board.</typeparam>
public struct Heartbeat<TBoard>
    where TBoard : struct, IBoard
{
    private uint _source;
    private uint _destination;

    /// <summary>Offers the service.</summary>
    /// <param name="remote">The link.</param>
    public void Start(ref Remote<TBoard> remote) => _source = remote.Offer("rpmsg-heartbeat"u8);

    /// <summary>Learns where the host listens.</summary>
    /// <param name="message">What the host announced.</param>
    public void OnNameService(in NameServiceMessage message)
    {
        if (RpmsgName.TryCreate("rpmsg-heartbeat"u8, out RpmsgName name) && message.Name.IsSameAs(name))
        {
            _destination = message.IsDestroy ? 0 : message.Address;
        }
    }

    /// <summary>Beats, unless nobody listens or there is no buffer: the next beat says the same.</summary>
    /// <param name="remote">The link.</param>
    public readonly void Beat(ref Remote<TBoard> remote)
    {
        if (_destination != 0)
        {
            _ = remote.TrySend(_source, _destination, "beat"u8);
        }
    }
}
