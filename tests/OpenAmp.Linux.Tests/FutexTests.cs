// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Linux.Tests;

public sealed class FutexTests
{
    [Fact]
    public unsafe void AWaitOnAnotherValueEndsAtOnceAndOneOnTheSameTimesOut()
    {
        using SharedMemory memory = SharedMemory.CreateAnonymous(0x1000);
        int* word = (int*)memory.Region.Start;
        Assert.Equal(FutexWaitResult.ValueDiffered, Futex.Wait(word, 1, TimeSpan.FromSeconds(10)));
        Assert.Equal(FutexWaitResult.TimedOut, Futex.Wait(word, 0, TimeSpan.FromMicroseconds(300)));
        Assert.Equal(0, Futex.Wake(word, 1));
        Assert.Throws<IOException>(() => Futex.Wait((int*)(memory.Region.Start + 1), 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task AnotherProcessWakesTheSleeper()
    {
        using MeetingPlace place = new();
        using SharedMemory memory = SharedMemory.OpenOrCreate(place.Name, 0x1000);
        using OtherProcess other = OtherProcess.Start("futex-wake", place.Name);
        await other.ExpectAsync("mapped");
        Assert.Equal(FutexWaitResult.Woken, Wait(memory));
        Assert.Equal(0, await other.EndAsync());
    }

    private static unsafe FutexWaitResult Wait(SharedMemory memory)
        => Futex.Wait((int*)memory.Region.Start, 0, TimeSpan.FromSeconds(10));
}
