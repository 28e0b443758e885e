// SPDX-License-Identifier: BSD-3-Clause

using System.Threading;

namespace OpenAmp.Rpmsg;

/// <summary>What the ports of a link have done. Open to every thread.</summary>
internal sealed class PortCounters
{
    private long _messagesSent;
    private long _bytesSent;
    private long _messagesReceived;
    private long _bytesReceived;
    private long _senderWaits;
    private long _freeBuffers;
    private long _heldBuffers;

    public void CountSent(int lengthBytes)
    {
        Interlocked.Increment(ref _messagesSent);
        Interlocked.Add(ref _bytesSent, lengthBytes);
    }

    public void CountReceived(int lengthBytes)
    {
        Interlocked.Increment(ref _messagesReceived);
        Interlocked.Add(ref _bytesReceived, lengthBytes);
    }

    public void CountSenderWait() => Interlocked.Increment(ref _senderWaits);

    public void AddFree(int count) => Interlocked.Add(ref _freeBuffers, count);

    public void AddHeld(int count) => Interlocked.Add(ref _heldBuffers, count);

    public RpmsgLinkStatistics Read() => new()
    {
        MessagesSent = (ulong)Interlocked.Read(ref _messagesSent),
        BytesSent = (ulong)Interlocked.Read(ref _bytesSent),
        MessagesReceived = (ulong)Interlocked.Read(ref _messagesReceived),
        BytesReceived = (ulong)Interlocked.Read(ref _bytesReceived),
        SenderWaits = (ulong)Interlocked.Read(ref _senderWaits),
        FreeTransmitBuffers = (int)Interlocked.Read(ref _freeBuffers),
        HeldReceiveBuffers = (int)Interlocked.Read(ref _heldBuffers),
    };
}
