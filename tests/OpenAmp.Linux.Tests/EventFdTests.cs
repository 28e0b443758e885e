// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class EventFdTests
{
    [Fact]
    public void SignalsBeforeTheWaitEndItOnceAndAreSeenByADuplicate()
    {
        using EventFd counter = new();
        using EventFd same = counter.Duplicate();
        counter.Signal();
        counter.Signal();
        Assert.True(same.Wait(Timeout.InfiniteTimeSpan));
        Assert.False(counter.Wait(TimeSpan.Zero));
        Assert.False(counter.Wait(TimeSpan.FromMicroseconds(100)));
    }

    [Fact]
    public async Task ASignalEndsAWaitUnderWay()
    {
        using EventFd counter = new();
        Task signal = Task.Run(counter.Signal, TestContext.Current.CancellationToken);
        Assert.True(counter.Wait(TimeSpan.FromSeconds(10)));
        await signal;
    }

    [Fact]
    public void ADisposedCounterAndADescriptorOfAnotherKindAreErrors()
    {
        EventFd counter = new();
        counter.Dispose();
        Assert.Throws<ObjectDisposedException>(counter.Signal);
        Assert.Throws<ObjectDisposedException>(() => counter.Wait(TimeSpan.Zero));

        SafeFileHandle file = File.OpenHandle("/proc/self/stat");
        using EventFd wrong = new(file);
        Assert.Contains("Is it the descriptor of an eventfd?", Assert.Throws<IOException>(wrong.Signal).Message,
            StringComparison.Ordinal);
    }
}
