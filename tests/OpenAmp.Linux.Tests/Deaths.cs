// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

internal static class Deaths
{
    private const int Rounds = 5;
    private static readonly TimeSpan InTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Kills in some rounds at most, until one is in time: what else the machine does in one is no failure of
    /// ours.</summary>
    internal static async Task AreSeenInTimeAsync(Func<Task<TimeSpan>> kill)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < Rounds && best > InTime; round++)
        {
            TimeSpan time = await kill();
            best = time < best ? time : best;
        }

        Assert.InRange(best, TimeSpan.Zero, InTime);
    }

    /// <summary>Kills the other process while this one waits, and takes the time until the doorbell tells.</summary>
    internal static async Task<TimeSpan> TimeAsync(OtherProcess other, LinkDoorbell doorbell)
    {
        long killed = 0;
        Task killer = Task.Run(() =>
        {
            killed = Stopwatch.GetTimestamp();
            other.Kill();
        }, TestContext.Current.CancellationToken);
        DoorbellEvents events = doorbell.Wait(TimeSpan.FromSeconds(10));
        long seen = Stopwatch.GetTimestamp();
        await killer;
        Assert.Equal(DoorbellEvents.PeerGone, events);
        return Stopwatch.GetElapsedTime(killed, seen);
    }
}
