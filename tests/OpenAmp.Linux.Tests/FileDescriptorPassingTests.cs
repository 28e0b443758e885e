// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class FileDescriptorPassingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(FileDescriptorPassing.MaxDescriptors)]
    public void DescriptorsArriveInOrder(int count)
    {
        int before = MeetingPlace.SettledDescriptors;
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        EventFd[] sent = [.. Enumerable.Range(0, count).Select(static _ => new EventFd())];
        FileDescriptorPassing.Send(first, "abc"u8, [.. sent.Select(static counter => (SafeHandle)counter.Handle)]);

        byte[] message = new byte[8];
        ReceivedDescriptors received = FileDescriptorPassing.Receive(second, message, count, Limit);

        Assert.Equal("abc"u8.ToArray(), message[..received.MessageBytes]);
        Assert.Equal(count, received.Handles.Count);
        for (int index = 0; index < count; index++)
        {
            using EventFd copy = new(received.Handles[index]);
            Assert.False(copy.Wait(TimeSpan.Zero));
            sent[index].Signal();
            Assert.True(copy.Wait(TimeSpan.Zero));
            sent[index].Dispose();
        }

        first.Dispose();
        second.Dispose();
        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public void MoreDescriptorsThanExpectedAreClosedAndRefused()
    {
        int before = MeetingPlace.SettledDescriptors;
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        using (EventFd counter = new())
        {
            FileDescriptorPassing.Send(first, "x"u8, [counter.Handle, counter.Handle, counter.Handle]);
        }

        Assert.Contains("more descriptors than the 1 expected",
            Assert.Throws<IOException>(() => FileDescriptorPassing.Receive(second, new byte[1], 1, Limit)).Message,
            StringComparison.Ordinal);
        first.Dispose();
        second.Dispose();
        MeetingPlace.AssertOpenDescriptors(before);
    }

    [Fact]
    public void AnEmptyMessageATooLongListAndASilentPeerAreErrors()
    {
        (SafeHandle first, SafeHandle second) = Sockets.Pair();
        Assert.Throws<ArgumentException>(() => FileDescriptorPassing.Send(first, [], []));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => FileDescriptorPassing.Send(first, "x"u8, new SafeHandle[FileDescriptorPassing.MaxDescriptors + 1]));
        Assert.Throws<TimeoutException>(
            () => FileDescriptorPassing.Receive(second, new byte[1], 1, TimeSpan.FromMilliseconds(2)));
        first.Dispose();
        Assert.Equal(0, FileDescriptorPassing.Receive(second, new byte[1], 1, Limit).MessageBytes);
        Assert.Throws<IOException>(() => FileDescriptorPassing.Send(second, "x"u8, []));
        second.Dispose();
    }
}
