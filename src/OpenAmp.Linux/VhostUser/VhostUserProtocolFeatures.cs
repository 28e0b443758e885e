// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics.CodeAnalysis;

namespace OpenAmp.Linux;

/// <summary>Parts of the vhost-user protocol that both ends must know to use.</summary>
/// <remarks>The numbers are the specification's. Bits that are not named here are never offered.</remarks>
[Flags]
[SuppressMessage("Design", "CA1028", Justification = "64 bits in the protocol.")]
public enum VhostUserProtocolFeatures : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The front end may ask how many queues there are (VHOST_USER_PROTOCOL_F_MQ).</summary>
    QueueCount = 1 << 0,

    /// <summary>A request may ask whether it was carried out (VHOST_USER_PROTOCOL_F_REPLY_ACK).</summary>
    ReplyAck = 1 << 3,

    /// <summary>The back end has a socket for requests of its own (VHOST_USER_PROTOCOL_F_BACKEND_REQ). Linux's
    /// virtio_uml cannot do without before version 6.2.</summary>
    BackEndRequests = 1 << 5,

    /// <summary>The device's configuration space goes over the socket (VHOST_USER_PROTOCOL_F_CONFIG).</summary>
    Configuration = 1 << 9,

    /// <summary>The front end may reset the device (VHOST_USER_PROTOCOL_F_RESET_DEVICE).</summary>
    ResetDevice = 1 << 13,

    /// <summary>Kicks and calls are messages on the sockets and not eventfds
    /// (VHOST_USER_PROTOCOL_F_INBAND_NOTIFICATIONS). Slower, and in the order of the other messages.</summary>
    InBandNotifications = 1 << 14,

    /// <summary>Memory regions come and go one by one (VHOST_USER_PROTOCOL_F_CONFIGURE_MEM_SLOTS).</summary>
    MemorySlots = 1 << 15,

    /// <summary>The virtio status goes over the socket (VHOST_USER_PROTOCOL_F_STATUS).</summary>
    Status = 1 << 16,
}
