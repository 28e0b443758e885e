// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>The host's end of a UART, against a board that the test plays.</summary>
public sealed unsafe class UartSocketTests : IDisposable, IUartListener
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SafeFileHandle _board;
    private readonly UartSocket _uart;
    private int _rings;
    private int _panics;
    private int _silences;
    private string? _end;

    public UartSocketTests()
    {
        (SafeFileHandle ours, _board) = Interop.SocketPair("a test's UART");
        _uart = new UartSocket(ours, this);
        _uart.Start();
    }

    public void Dispose()
    {
        _uart.Dispose();
        _board.Dispose();
    }

    [Fact]
    public void ARingThatTheBoardHasNotReadStandsForAllThatFollow()
    {
        for (int i = 0; i < 1000; i++)
        {
            _uart.Ring();
        }

        Assert.Equal((1L, 999L), (_uart.SentRings, _uart.CoalescedRings));
        Assert.Equal(1, ReadAll());
        _uart.Ring();
        Assert.Equal(2L, _uart.SentRings);
        Assert.Equal(1, ReadAll());
    }

    [Fact]
    public void WhatTheBoardSendsIsTakenHoweverMuchItIs()
    {
        byte[] kicks = new byte[256];
        int sent = 0;
        bool all = SpinWait.SpinUntil(() =>
        {
            fixed (byte* bytes = kicks)
            {
                // SAFETY: as long as the array is. It never blocks: a board that is held would be a deadlock.
                sent += Interop.send(Descriptor, bytes, kicks.Length, Interop.MSG_DONTWAIT) > 0 ? 1 : 0;
            }

            return sent == 2000;
        }, Patience);
        Assert.True(all, $"The reader took {sent} of 2000 portions.");
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _rings) > 0, Patience));
    }

    [Fact]
    public void ASocketWithoutRoomIsARingThatIsPending()
    {
        Assert.Equal(UartSocket.RingResult.Sent, UartSocket.TrySend(Descriptor));
        UartSocket.RingResult result;
        (SafeFileHandle ours, SafeFileHandle theirs) = Interop.SocketPair("a full UART");
        using (ours)
        using (theirs)
        {
            for (result = UartSocket.RingResult.Sent; result == UartSocket.RingResult.Sent;)
            {
                result = UartSocket.TrySend((int)ours.DangerousGetHandle());
            }

            Assert.Equal(UartSocket.RingResult.Pending, result);
            theirs.Dispose();
            Assert.Equal(UartSocket.RingResult.Gone, UartSocket.TrySend((int)ours.DangerousGetHandle()));
        }
    }

    [Fact]
    public void APanicByteIsToldAmongKicks()
    {
        Send(1, 0x7F, UartSocket.PanicByte, 3);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _panics) == 1, Patience));
        Assert.True(_rings > 0);
    }

    [Fact]
    public void ABoardThatSaysNothingIsRungAgainUntilItDoes()
    {
        _uart.BeginRun();
        Assert.True(SpinWait.SpinUntil(() => ReadAll() > 0, Patience));
        Assert.True(SpinWait.SpinUntil(() => ReadAll() > 0, Patience));
        Assert.True(_silences > 0);
        Send(1);
        Assert.True(SpinWait.SpinUntil(() => _uart.HasSpoken, Patience));
        _ = ReadAll();
        int silences = Volatile.Read(ref _silences);
        Thread.Sleep(TimeSpan.FromMilliseconds(400));
        Assert.InRange(_silences, silences, silences + 1);
    }

    [Fact]
    public void TheEndOfTheBoardIsToldAndRingsToItDoNothing()
    {
        _board.Dispose();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _end) is not null, Patience));
        _uart.Ring();
        Assert.Equal(0L, _uart.SentRings);
    }

    [Fact]
    public void ADisposedUartIsRungWithoutHarm()
    {
        _uart.Dispose();
        _uart.Ring();
        _uart.Dispose();
    }

    [Fact]
    public void ADoorbellTellsRingsWakesAndTheEnd()
    {
        using UartDoorbell doorbell = new(allowsSuppression: false);
        Assert.False(doorbell.AllowsSuppression);
        Assert.Equal(DoorbellEvents.None, doorbell.Wait(TimeSpan.Zero));
        doorbell.BoardRang();
        doorbell.Wake();
        Assert.Equal(DoorbellEvents.Kicked | DoorbellEvents.Woken, doorbell.Wait(Timeout.InfiniteTimeSpan));
        Assert.Equal(DoorbellEvents.None, doorbell.Wait(TimeSpan.FromMilliseconds(20)));
        using Timer timer = new(_ => doorbell.BoardRang(), null, 50, Timeout.Infinite);
        Assert.Equal(DoorbellEvents.Kicked, doorbell.Wait(Patience));
        doorbell.BoardGone();
        Assert.Equal(DoorbellEvents.PeerGone, doorbell.Wait(Timeout.InfiniteTimeSpan));
        Assert.Equal(DoorbellEvents.PeerGone, doorbell.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void ADoorbellThatIsConnectedRingsTheBoard()
    {
        using UartDoorbell doorbell = new(allowsSuppression: true);
        doorbell.Kick(0);
        Assert.Equal(0, ReadAll());
        doorbell.Connect(_uart);
        doorbell.Kick(0);
        Assert.Equal(1, ReadAll());
        doorbell.BoardGone();
        doorbell.Kick(0);
        Assert.Equal(0, ReadAll());
    }

    void IUartListener.UartRang() => Interlocked.Increment(ref _rings);

    void IUartListener.UartPanicked() => Interlocked.Increment(ref _panics);

    void IUartListener.UartIsSilent(bool hasUnread) => Interlocked.Increment(ref _silences);

    void IUartListener.UartEnded(string why) => Volatile.Write(ref _end, why);

    private int Descriptor => (int)_board.DangerousGetHandle();

    private void Send(params byte[] content)
    {
        fixed (byte* bytes = content)
        {
            // SAFETY: as long as the array is.
            Assert.Equal(content.Length, Interop.send(Descriptor, bytes, content.Length, Interop.MSG_NOSIGNAL));
        }
    }

    private int ReadAll()
    {
        byte* bytes = stackalloc byte[512];

        // SAFETY: a local of that size.
        nint count = Interop.recv(Descriptor, bytes, 512, Interop.MSG_DONTWAIT);
        return (int)Math.Max(count, 0);
    }
}
