// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The ring that carries the peer's messages, whichever virtio role this side has.</summary>
/// <remarks>Always a struct given as a type argument. Two owners at most: one takes (<see cref="TryTake"/>), one gives
/// back (<see cref="GiveBack"/>, <see cref="Flush"/>). No member allocates or blocks.</remarks>
public interface IReceivePort
{
    /// <summary>Buffers in the ring.</summary>
    int BufferCount { get; }

    /// <summary>What the peer got wrong so far.</summary>
    QueueFaults Faults { get; }

    /// <summary>Whether the ring is beyond use.</summary>
    bool IsBroken { get; }

    /// <summary>Kicks sent.</summary>
    ulong KicksSent { get; }

    /// <summary>Kicks left out because the peer asked for silence.</summary>
    ulong KicksSuppressed { get; }

    /// <summary>Takes the next filled buffer.</summary>
    /// <param name="buffer">The buffer; its length is how much of it may hold the message. It is unspecified when none
    /// was taken.</param>
    /// <returns>Whether there was one. A buffer that is of no use is taken with a start of null: it holds no message
    /// but must be given back like any other.</returns>
    QueueResult TryTake(out RpmsgBuffer buffer);

    /// <summary>Hands a buffer back; the peer sees it at the next <see cref="Flush"/>.</summary>
    /// <param name="buffer">A buffer that was taken.</param>
    /// <returns><see langword="false"/> when this side does not hold it.</returns>
    bool GiveBack(in RpmsgBuffer buffer);

    /// <summary>Shows the peer what was handed back, and rings it if it wants to be rung.</summary>
    void Flush();

    /// <summary>Whether there is a filled buffer. Reads one word of shared memory at most.</summary>
    /// <returns><see langword="true"/> when <see cref="TryTake"/> would not find the ring empty.</returns>
    bool HasMessage();

    /// <summary>Asks to be told, or not, of new messages.</summary>
    /// <param name="wanted">Whether to be told.</param>
    /// <returns>Whether there is a message already.</returns>
    bool SetNotifications(bool wanted);
}
