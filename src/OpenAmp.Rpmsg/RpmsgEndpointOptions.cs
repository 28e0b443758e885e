// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Rpmsg;

/// <summary>How an endpoint behaves.</summary>
public sealed record RpmsgEndpointOptions
{
    /// <summary>Its own address. Default: any, which hands out the next free one.</summary>
    public uint LocalAddress { get; init; } = RpmsgAddress.Any;

    /// <summary>The peer's address. Default: any; then the peer's announcement of the same name, or else the first
    /// message, tells it.</summary>
    public uint RemoteAddress { get; init; } = RpmsgAddress.Any;

    /// <summary>Whether to tell the peer's name service of the endpoint. Default: yes, when it has a name.</summary>
    public bool Announce { get; init; } = true;

    /// <summary>How many received messages wait at most for the reader. Default: 1024.</summary>
    public int ReceiveQueueCapacity { get; init; } = 1024;

    /// <summary>What happens when more come. Default: <see cref="ReceiveFullMode.Drop"/>.</summary>
    public ReceiveFullMode WhenFull { get; init; } = ReceiveFullMode.Drop;

    /// <summary>Called for each message instead of queueing it, on the link's own thread and with the payload still in
    /// shared memory: the fastest way to receive. It must not block: while it runs, the link's other endpoints
    /// wait.</summary>
    public RpmsgMessageHandler? InlineHandler { get; init; }
}
