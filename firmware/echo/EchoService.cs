// SPDX-License-Identifier: BSD-3-Clause

using System.Buffers.Binary;
using OpenAmp.Rpmsg;

namespace OpenAmp.Firmware.Echo;

/// <summary>The demo service: every message goes back to whom it came from.</summary>
internal struct EchoService : IFirmware<EchoService, Board>
{
    // SHUTDOWN_MSG of the C demo: the first word of a message that ends the service.
    private const uint ShutdownMessage = 0xEF56_A55A;

    private uint _echo;
    private uint _crash;

    public void Start(ref Remote<Board> remote)
    {
        _echo = remote.Offer("rpmsg-openamp-demo-channel"u8);
        _crash = remote.Offer("openamp-demo-crash"u8);
    }

    public readonly void OnMessage(ref Remote<Board> remote, in RpmsgDelivery message)
    {
        if (message.Destination == _crash)
        {
            Panic.With("asked to crash: these are my last words"u8);
        }
        else if (message.LengthBytes >= sizeof(uint)
            && BinaryPrimitives.ReadUInt32LittleEndian(message.Payload) == ShutdownMessage)
        {
            remote.Withdraw("rpmsg-openamp-demo-channel"u8, _echo);
        }
        else
        {
            _ = remote.Reply(message, message.Payload);
        }
    }
}
