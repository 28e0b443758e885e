// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>One request of a front end: its head was checked, its payload and descriptors are here. Used again for each
/// request.</summary>
/// <remarks>Head: request, flags and payload length, each 32 bits; flags hold the version (1) in bits 0 and 1, whether
/// it is a reply in bit 2, and whether a reply is wanted in bit 3. vhost-user protocol, "Message specification".
/// </remarks>
internal sealed unsafe class VhostUserMessage : IDisposable
{
    internal const int HeadBytes = 12;
    internal const uint Version = 1;
    internal const uint IsReply = 4;
    internal const uint NeedsReply = 8;
    private const uint VersionMask = 3;

    private readonly byte[] _payload = new byte[VhostUserRule.MaxPayloadBytes];
    [SuppressMessage("Usage", "CA2213", Justification = "Dispose closes what nobody took.")]
    private ReceivedDescriptors? _received;
    private int _taken;

    /// <summary>The request; one that is not named is unknown.</summary>
    internal VhostUserRequest Request { get; private set; }

    /// <summary>Whether the front end asked to be told whether the request was carried out.</summary>
    internal bool WantsReply { get; private set; }

    internal ReadOnlySpan<byte> Payload => _payload.AsSpan(0, PayloadBytes);

    internal int PayloadBytes { get; private set; }

    internal int DescriptorCount => _received?.Handles.Count ?? 0;

    /// <summary>The payload as one number of 64 bits.</summary>
    internal ulong Word => MemoryMarshal.Read<ulong>(Payload);

    /// <summary>The first half of a payload of 64 bits: most often the index of a queue.</summary>
    internal uint First => MemoryMarshal.Read<uint>(Payload);

    /// <summary>The second half of a payload of 64 bits.</summary>
    internal uint Second => MemoryMarshal.Read<uint>(Payload[sizeof(uint)..]);

    /// <summary>Reads the next request from a socket that is readable.</summary>
    /// <returns><see langword="false"/> when the front end closed the connection between two messages.</returns>
    /// <exception cref="VhostUserException">It is no message, or did not come in time.</exception>
    internal bool TryRead(SafeFileHandle socket, TimeSpan timeout)
    {
        Dispose();
        long start = Stopwatch.GetTimestamp();
        Span<byte> head = stackalloc byte[HeadBytes];
        _received = Receive(socket, head, timeout);
        _taken = 0;
        if (_received.MessageBytes == 0)
        {
            return false;
        }

        ReadRest(socket, head[_received.MessageBytes..], "head", start, timeout);
        Request = (VhostUserRequest)BinaryPrimitives.ReadUInt32LittleEndian(head);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        uint lengthBytes = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if ((flags & VersionMask) != Version || (flags & ~(VersionMask | NeedsReply)) != 0)
        {
            throw new VhostUserException(VhostUserFault.BadHeader, $"Request {Request} has flags 0x{flags:x}; expected "
                + "version 1, and at most bit 3. Is the other end a vhost-user front end?");
        }

        if (lengthBytes > VhostUserRule.MaxPayloadBytes)
        {
            throw new VhostUserException(VhostUserFault.BadSize, $"Request {Request} announces {lengthBytes} bytes; no "
                + $"request has more than {VhostUserRule.MaxPayloadBytes}.");
        }

        WantsReply = (flags & NeedsReply) != 0;
        PayloadBytes = (int)lengthBytes;
        ReadRest(socket, _payload.AsSpan(0, PayloadBytes), "payload", start, timeout);
        return true;
    }

    /// <summary>The next descriptor that came with the message, which stays its own.</summary>
    internal SafeFileHandle PeekDescriptor => _received!.Handles[_taken];

    /// <summary>Takes the next descriptor that came with the message; the caller owns it.</summary>
    internal SafeFileHandle TakeDescriptor() => _received!.Handles[_taken++];

    /// <summary>Closes the descriptors that nobody took.</summary>
    public void Dispose()
    {
        for (; _taken < DescriptorCount; _taken++)
        {
            _received!.Handles[_taken].Dispose();
        }

        _received = null;
    }

    private static ReceivedDescriptors Receive(SafeFileHandle socket, Span<byte> head, TimeSpan timeout)
    {
        try
        {
            return FileDescriptorPassing.Receive(socket, head, VhostUserRule.MaxTableRegions, timeout);
        }
        catch (IOException exception) when (Interop.LastErrno is not Errno.ECONNRESET)
        {
            throw new VhostUserException(VhostUserFault.BadDescriptorCount,
                $"A message could not be received with the at most {VhostUserRule.MaxTableRegions} descriptors that "
                + "any request has.", exception);
        }
    }

    private void ReadRest(SafeFileHandle socket, Span<byte> rest, string part, long start, TimeSpan timeout)
    {
        int expected = rest.Length;
        using DescriptorLoan loan = new(socket);
        while (!rest.IsEmpty)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            PollDescriptor poll = new() { Descriptor = loan.Descriptor, Events = Interop.POLLIN };
            if (left <= TimeSpan.Zero || DescriptorPoll.Wait(&poll, 1, left) == 0)
            {
                throw new VhostUserException(VhostUserFault.Silence, $"The front end stopped in the {part} of a "
                    + $"message, {rest.Length} bytes before its end, for {timeout}.");
            }

            nint read;
            fixed (byte* place = rest)
            {
                // Descriptors that come with these bytes are closed by the kernel: there is no room for them.
                read = Interop.recv(loan.Descriptor, place, (nuint)rest.Length, Interop.MSG_DONTWAIT);
            }

            if (read == 0 || (read < 0 && Interop.LastErrno is not (Errno.EAGAIN or Errno.EINTR)))
            {
                throw new VhostUserException($"The front end closed the connection in the {part} of a message: "
                    + $"{rest.Length} of its {expected} bytes did not come.");
            }

            rest = rest[(int)Math.Max(read, 0)..];
        }
    }
}
