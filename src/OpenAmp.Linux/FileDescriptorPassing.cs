// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OpenAmp.Linux;

/// <summary>Hands open files to another process over a connected UNIX socket (SCM_RIGHTS).</summary>
public static unsafe class FileDescriptorPassing
{
    /// <summary>The most descriptors one message carries (SCM_MAX_FD of the kernel).</summary>
    public const int MaxDescriptors = 253;

    /// <summary>The longest message, in bytes, that the kernel takes whole or not at all.</summary>
    public const int MaxUndividedBytes = 4096;

    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Sends a message and descriptors with it. The sender keeps its own descriptors open or not, as it
    /// likes.</summary>
    /// <param name="socket">A connected UNIX socket.</param>
    /// <param name="message">At least one byte: on a stream, descriptors travel with bytes.</param>
    /// <param name="handles">The descriptors, at most <see cref="MaxDescriptors"/>.</param>
    /// <exception cref="ArgumentException">The message is empty or there are too many descriptors.</exception>
    /// <exception cref="IOException">The peer is gone, or the system refused.</exception>
    /// <exception cref="TimeoutException">The peer left the socket full for 5 s.</exception>
    public static void Send(SafeHandle socket, ReadOnlySpan<byte> message, ReadOnlySpan<SafeHandle> handles)
    {
        bool sent = TrySend(socket, message, handles, SendTimeout);
        Debug.Assert(sent, "With a timeout it is sent, or it throws.");
    }

    /// <summary>Sends a short message and descriptors with it if the socket has room for it now. Does not block.
    /// </summary>
    /// <param name="socket">A connected UNIX socket.</param>
    /// <param name="message">From one byte, since on a stream descriptors travel with bytes, to
    /// <see cref="MaxUndividedBytes"/>.</param>
    /// <param name="handles">The descriptors, at most <see cref="MaxDescriptors"/>.</param>
    /// <returns><see langword="false"/> when the peer left the socket full; nothing was sent then.</returns>
    /// <exception cref="ArgumentException">The message is empty or too long, or there are too many descriptors.
    /// </exception>
    /// <exception cref="IOException">The peer is gone, or the system refused.</exception>
    public static bool TrySend(SafeHandle socket, ReadOnlySpan<byte> message, ReadOnlySpan<SafeHandle> handles)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, MaxUndividedBytes, nameof(message));
        return TrySend(socket, message, handles, TimeSpan.Zero);
    }

    /// <summary>Waits for a message and takes the descriptors that came with it.</summary>
    /// <param name="socket">A connected UNIX socket.</param>
    /// <param name="message">Where the message goes.</param>
    /// <param name="maxDescriptors">How many descriptors to take at most. A message with more is refused.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>The length of the message, zero when the peer closed the socket, and the descriptors: closed on
    /// exec, owned by the caller.</returns>
    /// <exception cref="TimeoutException">No message came in time.</exception>
    /// <exception cref="IOException">There were more descriptors than asked for, all closed again; or the system
    /// refused.</exception>
    public static ReceivedDescriptors Receive(SafeHandle socket, Span<byte> message, int maxDescriptors,
        TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentOutOfRangeException.ThrowIfZero(message.Length, nameof(message));
        ArgumentOutOfRangeException.ThrowIfNegative(maxDescriptors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDescriptors, MaxDescriptors);
        DescriptorPoll.ThrowIfInvalid(timeout);

        using DescriptorLoan loan = new(socket);
        UnixSocket.WaitUntil(loan.Descriptor, Interop.POLLIN, timeout, "a message with descriptors");
        int controlBytes = ControlBytes(maxDescriptors);
        byte* control = stackalloc byte[controlBytes];
        fixed (byte* start = message)
        {
            MessagePart part = new() { Start = start, Length = (ulong)message.Length };
            MessageHeader header = new()
            {
                Parts = &part,
                PartCount = 1,
                Control = control,
                ControlLength = (ulong)controlBytes,
            };
            nint read = Interop.recvmsg(loan.Descriptor, &header, Interop.MSG_DONTWAIT | Interop.MSG_CMSG_CLOEXEC);
            if (read < 0)
            {
                throw Interop.Failure("recvmsg", "a message with descriptors", Interop.LastErrno,
                    "The peer ended, or the limit of open files (ulimit -n) is reached.");
            }

            ReceivedDescriptors received = new((int)read, Take(control, header.ControlLength));
            if ((header.Flags & Interop.MSG_CTRUNC) != 0)
            {
                received.Dispose();
                throw new IOException($"A message came with more descriptors than the {maxDescriptors} expected, or "
                    + "than may be open (ulimit -n). They were closed.");
            }

            return received;
        }
    }

    private static bool TrySend(SafeHandle socket, ReadOnlySpan<byte> message, ReadOnlySpan<SafeHandle> handles,
        TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (message.IsEmpty)
        {
            throw new ArgumentException("Descriptors travel with at least one byte.", nameof(message));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(handles.Length, MaxDescriptors, nameof(handles));
        int held = 0;
        byte* control = stackalloc byte[ControlBytes(handles.Length)];
        new Span<byte>(control, ControlBytes(handles.Length)).Clear();
        int* descriptors = (int*)(control + sizeof(ControlHeader));
        try
        {
            for (; held < handles.Length; held++)
            {
                bool added = false;
                handles[held].DangerousAddRef(ref added);
                descriptors[held] = (int)handles[held].DangerousGetHandle();
            }

            ((ControlHeader*)control)->Length = (ulong)(sizeof(ControlHeader) + (sizeof(int) * handles.Length));
            ((ControlHeader*)control)->Level = Interop.SOL_SOCKET;
            ((ControlHeader*)control)->Type = Interop.SCM_RIGHTS;
            return SendAll(socket, message, control, handles.Length == 0 ? 0 : ControlBytes(handles.Length), timeout);
        }
        finally
        {
            for (int index = 0; index < held; index++)
            {
                handles[index].DangerousRelease();
            }
        }
    }

    private static bool SendAll(SafeHandle socket, ReadOnlySpan<byte> message, byte* control, int controlBytes,
        TimeSpan timeout)
    {
        using DescriptorLoan loan = new(socket);
        while (!message.IsEmpty)
        {
            if (timeout != TimeSpan.Zero)
            {
                UnixSocket.WaitUntil(loan.Descriptor, Interop.POLLOUT, timeout, "room for a message");
            }

            nint sent;
            fixed (byte* start = message)
            {
                MessagePart part = new() { Start = start, Length = (ulong)message.Length };
                MessageHeader header = new()
                {
                    Parts = &part,
                    PartCount = 1,
                    Control = controlBytes == 0 ? null : control,
                    ControlLength = (ulong)controlBytes,
                };
                sent = Interop.sendmsg(loan.Descriptor, &header, Interop.MSG_DONTWAIT | Interop.MSG_NOSIGNAL);
            }

            if (sent > 0)
            {
                // The descriptors left with the first byte.
                message = message[(int)sent..];
                controlBytes = 0;
            }
            else if (Interop.LastErrno == Errno.EAGAIN && timeout == TimeSpan.Zero)
            {
                return false;
            }
            else if (Interop.LastErrno is not (Errno.EAGAIN or Errno.EINTR))
            {
                throw Interop.Failure("sendmsg", "a message with descriptors", Interop.LastErrno,
                    "The peer closed the socket, or a descriptor is closed already.");
            }
        }

        return true;
    }

    private static SafeFileHandle[] Take(byte* control, ulong controlBytes)
    {
        // The kernel wrote this, not the peer: one record, as a socket without other options gets.
        ControlHeader* header = (ControlHeader*)control;
        if (controlBytes < (ulong)sizeof(ControlHeader)
            || header->Level != Interop.SOL_SOCKET || header->Type != Interop.SCM_RIGHTS)
        {
            return [];
        }

        int count = (int)(header->Length - (ulong)sizeof(ControlHeader)) / sizeof(int);
        SafeFileHandle[] handles = new SafeFileHandle[count];
        for (int index = 0; index < count; index++)
        {
            handles[index] = new SafeFileHandle(((int*)(control + sizeof(ControlHeader)))[index], ownsHandle: true);
        }

        return handles;
    }

    // CMSG_SPACE: the header and the descriptors, rounded up to 8.
    private static int ControlBytes(int count) => sizeof(ControlHeader) + (((sizeof(int) * count) + 7) & ~7);
}
