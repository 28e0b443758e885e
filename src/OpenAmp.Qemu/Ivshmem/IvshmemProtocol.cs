// SPDX-License-Identifier: BSD-3-Clause

namespace OpenAmp.Qemu.Ivshmem;

/// <summary>Reads what a server says: tells for each message what it means, or why it is none.</summary>
/// <remarks>It knows the order of the messages and nothing else: who keeps peers and descriptors bounds them. One
/// thread.</remarks>
internal sealed class IvshmemProtocol
{
    private enum Awaited
    {
        Version,
        OwnId,
        Memory,
        Notifications,
    }

    private Awaited _awaited;

    /// <summary>The client's own id; -1 before it came.</summary>
    internal long OwnId { get; private set; } = -1;

    /// <summary>Why the last message was malformed.</summary>
    internal string Reason { get; private set; } = "";

    /// <summary>Takes the next message.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="hasDescriptor">Whether a descriptor came with it.</param>
    /// <returns>What it means. After <see cref="IvshmemStep.Malformed"/> nothing further can be believed.</returns>
    internal IvshmemStep Take(long number, bool hasDescriptor) => _awaited switch
    {
        Awaited.Version => TakeVersion(number, hasDescriptor),
        Awaited.OwnId => TakeOwnId(number, hasDescriptor),
        Awaited.Memory => TakeMemory(number, hasDescriptor),
        _ => TakeNotification(number, hasDescriptor),
    };

    private IvshmemStep TakeVersion(long number, bool hasDescriptor)
    {
        if (number != IvshmemMessage.Version || hasDescriptor)
        {
            return Refuse("the protocol's version", $"{IvshmemMessage.Version} alone", number, hasDescriptor);
        }

        _awaited = Awaited.OwnId;
        return IvshmemStep.Version;
    }

    private IvshmemStep TakeOwnId(long number, bool hasDescriptor)
    {
        if (!IsId(number) || hasDescriptor)
        {
            return Refuse("this client's id", $"0 to {IvshmemMessage.MaxId} alone", number, hasDescriptor);
        }

        OwnId = number;
        _awaited = Awaited.Memory;
        return IvshmemStep.OwnId;
    }

    private IvshmemStep TakeMemory(long number, bool hasDescriptor)
    {
        if (number != IvshmemMessage.Memory || !hasDescriptor)
        {
            return Refuse("the shared memory", $"{IvshmemMessage.Memory} with a descriptor", number, hasDescriptor);
        }

        _awaited = Awaited.Notifications;
        return IvshmemStep.Memory;
    }

    private IvshmemStep TakeNotification(long number, bool hasDescriptor)
    {
        if (!IsId(number) || (number == OwnId && !hasDescriptor))
        {
            return Refuse("a peer's coming or leaving, or a vector",
                $"0 to {IvshmemMessage.MaxId}, with a descriptor if it is this client's own {OwnId}",
                number, hasDescriptor);
        }

        return number == OwnId ? IvshmemStep.OwnVector
            : hasDescriptor ? IvshmemStep.PeerVector
            : IvshmemStep.PeerLeft;
    }

    private IvshmemStep Refuse(string awaited, string expected, long number, bool hasDescriptor)
    {
        Reason = $"For {awaited} {expected} was expected, and {number} came "
            + (hasDescriptor ? "with a descriptor." : "without a descriptor.");
        return IvshmemStep.Malformed;
    }

    private static bool IsId(long number) => number is >= 0 and <= IvshmemMessage.MaxId;
}
