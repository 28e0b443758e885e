// SPDX-License-Identifier: BSD-3-Clause

using OpenAmp.Virtio;

namespace OpenAmp.Rpmsg;

/// <summary>The ring that carries this side's messages, whichever virtio role this side has.</summary>
/// <remarks>Always a struct given as a type argument. One owner: every member is called by one thread at a time.
/// No member allocates or blocks.</remarks>
public interface ITransmitPort
{
    /// <summary>Size of a transmit buffer, header included, in bytes; 0 until one was seen.</summary>
    uint BufferSizeBytes { get; }

    /// <summary>Buffers in the ring.</summary>
    int BufferCount { get; }

    /// <summary>Buffers known to be free now, without looking at shared memory.</summary>
    int KnownFreeCount { get; }

    /// <summary>What the peer got wrong so far.</summary>
    QueueFaults Faults { get; }

    /// <summary>Whether the ring is beyond use.</summary>
    bool IsBroken { get; }

    /// <summary>Kicks sent.</summary>
    ulong KicksSent { get; }

    /// <summary>Kicks left out because the peer asked for silence.</summary>
    ulong KicksSuppressed { get; }

    /// <summary>Takes a free buffer.</summary>
    /// <param name="buffer">The buffer; to be given to <see cref="Send"/> or <see cref="Release"/> once.</param>
    /// <returns><see langword="false"/> when the peer has them all.</returns>
    bool TryRent(out RpmsgBuffer buffer);

    /// <summary>Queues a filled buffer; the peer sees it at the next <see cref="Flush"/>.</summary>
    /// <param name="buffer">A rented buffer.</param>
    /// <param name="messageBytes">Header and payload, in bytes.</param>
    void Send(in RpmsgBuffer buffer, uint messageBytes);

    /// <summary>Takes back a buffer that will not be sent; it is the next to be rented.</summary>
    /// <param name="buffer">A rented buffer.</param>
    void Release(in RpmsgBuffer buffer);

    /// <summary>Shows the peer what was queued, and rings it if it wants to be rung.</summary>
    void Flush();

    /// <summary>Whether <see cref="TryRent"/> would find a buffer.</summary>
    /// <returns><see langword="true"/> when it would.</returns>
    bool HasFree();

    /// <summary>Asks to be told, or not, when the peer gives a buffer back.</summary>
    /// <param name="wanted">Whether to be told.</param>
    /// <returns>Whether a buffer is free already.</returns>
    bool SetNotifications(bool wanted);
}
