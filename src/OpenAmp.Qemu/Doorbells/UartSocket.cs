// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Linux;

namespace OpenAmp.Qemu;

/// <summary>The host's end of a board's UART: one byte a ring, in both directions.</summary>
/// <remarks>
/// <para>A byte says only "look": one that the board has not read yet stands for every ring that comes meanwhile. So
/// a ring is not sent while an earlier one is unread (SIOCOUTQ), and one that the socket has no room for is not missed.
/// Without that each ring would cost the board an interrupt, and rings would pile up behind what it has long
/// seen.</para>
/// <para>One thread takes what the board sends, always: a board that cannot send holds the emulator's lock, and all of
/// the emulator with it.</para>
/// <para>Any thread may call any member.</para>
/// </remarks>
internal sealed unsafe class UartSocket : IDisposable
{
    /// <summary>The byte that a board sends when its panic record is complete.</summary>
    internal const byte PanicByte = 0xFE;

    /// <summary>How often a board that has said nothing yet is rung again: a ring that came before its firmware was
    /// ready for it is lost.</summary>
    private const int RepeatMilliseconds = 100;

    /// <summary>How often at most: firmware without any link never says anything.</summary>
    private const int MaxRepeats = 300;

    private const int StackBytes = 256 * 1024;
    private const int ReadBytes = 256;

    private readonly SafeFileHandle _socket;
    private readonly IUartListener _listener;
    private readonly EventFd _stop = new();
    private readonly Thread _reader;
    private long _sent;
    private long _coalesced;

    // Volatile: the reader writes them, Ring reads them on any thread.
    private volatile bool _isGone;
    private volatile bool _hasSpoken;
    private volatile bool _wantsRepeats;

    /// <summary>Takes over a connected stream socket and begins to read.</summary>
    /// <param name="socket">The socket; owned by this object.</param>
    /// <param name="listener">Who is told what the board says, on the reader's thread.</param>
    /// <exception cref="IOException">Too many files are open.</exception>
    internal UartSocket(SafeFileHandle socket, IUartListener listener)
    {
        _socket = socket;
        _listener = listener;
        _reader = new Thread(Read, StackBytes) { IsBackground = true, Name = "OpenAMP UART" };
    }

    /// <summary>What became of a ring.</summary>
    internal enum RingResult
    {
        /// <summary>It is on its way.</summary>
        Sent,

        /// <summary>The socket is full of rings that the board has not read: one more says nothing new.</summary>
        Pending,

        /// <summary>The board is gone.</summary>
        Gone,
    }

    /// <summary>How many rings were sent.</summary>
    internal long SentRings => Interlocked.Read(ref _sent);

    /// <summary>How many rings were not sent, because one was under way already.</summary>
    internal long CoalescedRings => Interlocked.Read(ref _coalesced);

    /// <summary>Whether the board has sent anything since the last start.</summary>
    internal bool HasSpoken => _hasSpoken;

    /// <summary>Begins to read.</summary>
    internal void Start() => _reader.UnsafeStart();

    /// <summary>A run begins: the board is rung until it says something.</summary>
    internal void BeginRun()
    {
        _hasSpoken = false;
        _wantsRepeats = true;
        _stop.Signal();
    }

    /// <summary>The run is over: nobody is rung by itself any more.</summary>
    internal void EndRun() => _wantsRepeats = false;

    /// <summary>Rings the board. Does not block and allocates nothing.</summary>
    internal void Ring()
    {
        if (_isGone || _socket.IsClosed)
        {
            return;
        }

        try
        {
            using DescriptorLoan loan = new(_socket);
            Send(loan.Descriptor);
        }
        catch (ObjectDisposedException)
        {
            // Disposed since the look above: a ring to a board that is gone.
        }
    }

    /// <summary>Ends the reading. Blocks until the reader is out, unless it is the reader who calls.</summary>
    public void Dispose()
    {
        _isGone = true;
        if (!_stop.Handle.IsClosed)
        {
            _stop.Signal();
        }

        if ((_reader.ThreadState & ThreadState.Unstarted) == 0 && Thread.CurrentThread != _reader)
        {
            _reader.Join();
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    private void Send(int socket)
    {
        // What the caller wrote into a ring before, against the look at what the board has read: a board that has read
        // the byte of an earlier ring when we look may not have seen what was written, one that has not yet will.
        Interlocked.MemoryBarrier();
        if (HasUnread(socket))
        {
            _ = Interlocked.Increment(ref _coalesced);
            return;
        }

        switch (TrySend(socket))
        {
            case RingResult.Sent:
                _ = Interlocked.Increment(ref _sent);
                break;
            case RingResult.Pending:
                _ = Interlocked.Increment(ref _coalesced);
                break;
            default:
                _isGone = true;
                break;
        }
    }

    /// <summary>Sends a ring without waiting for room.</summary>
    /// <exception cref="IOException">The socket failed in a way that is not the board's end.</exception>
    internal static RingResult TrySend(int socket)
    {
        byte ring = 1;

        // SAFETY: a local of one byte.
        if (Interop.send(socket, &ring, 1, Interop.MSG_DONTWAIT | Interop.MSG_NOSIGNAL) == 1)
        {
            return RingResult.Sent;
        }

        return Interop.LastErrno switch
        {
            Interop.EAGAIN => RingResult.Pending,
            Interop.EPIPE or Interop.ECONNRESET => RingResult.Gone,
            int errno => throw Interop.Failure("send", "a ring to the board's UART", errno, "Stop the processor."),
        };
    }

    private static bool HasUnread(int socket)
    {
        int unread = 0;

        // SAFETY: the call writes one int, a local.
        return Interop.ioctl(socket, Interop.SIOCOUTQ, &unread) == 0 && unread > 0;
    }

    private void Read()
    {
        string why = "it closed its UART";
        try
        {
            while (!_isGone && ReadOnce())
            {
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            why = error.Message;
        }

        _isGone = true;
        _listener.UartEnded(why);
    }

    /// <summary>Waits for the board and takes what it sent.</summary>
    /// <returns><see langword="false"/> at its end.</returns>
    private bool ReadOnce()
    {
        using DescriptorLoan socket = new(_socket);
        using DescriptorLoan stop = new(_stop.Handle);
        PollDescriptor* poll = stackalloc PollDescriptor[2];
        poll[0] = new() { Descriptor = socket.Descriptor, Events = Interop.POLLIN };
        poll[1] = new() { Descriptor = stop.Descriptor, Events = Interop.POLLIN };
        for (int repeats = 0; ; repeats++)
        {
            bool repeatsOn = _wantsRepeats && !_hasSpoken && repeats < MaxRepeats;

            // SAFETY: an array of two; both descriptors are on loan.
            int ready = Interop.poll(poll, 2, repeatsOn ? RepeatMilliseconds : -1);
            if (ready < 0 && Interop.LastErrno != Interop.EINTR)
            {
                throw Interop.Failure("poll", "the board's UART", Interop.LastErrno, "Stop the processor.");
            }

            if (ready > 0)
            {
                break;
            }

            if (ready == 0)
            {
                // A byte that nobody took for so long: an emulator that was not told that its UART listens now.
                _listener.UartIsSilent(HasUnread(socket.Descriptor));
                Ring();
            }
        }

        if (poll[1].Returned != 0)
        {
            _ = _stop.Wait(TimeSpan.Zero);
            return !_isGone;
        }

        return Take(socket.Descriptor);
    }

    private bool Take(int socket)
    {
        byte* bytes = stackalloc byte[ReadBytes];

        // SAFETY: a local of that size.
        nint count = Interop.recv(socket, bytes, ReadBytes, Interop.MSG_DONTWAIT);
        if (count < 0)
        {
            return Interop.LastErrno switch
            {
                Interop.EAGAIN or Interop.EINTR => true,
                Interop.ECONNRESET => false,
                int errno => throw Interop.Failure("recv", "the board's UART", errno, "Stop the processor."),
            };
        }

        if (count == 0)
        {
            return false;
        }

        _hasSpoken = true;

        // SAFETY: as many as were received.
        ReadOnlySpan<byte> received = new(bytes, (int)count);
        _listener.UartRang();
        if (received.Contains(PanicByte))
        {
            _listener.UartPanicked();
        }

        return true;
    }
}
