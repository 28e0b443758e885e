// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests;

internal static class Deaths
{
    /// <summary>Kills the other process while this one waits, and takes the time until the doorbell tells.</summary>
    internal static async Task AreSeenInTimeAsync(OtherProcess other, LinkDoorbell doorbell)
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
        Assert.InRange(Stopwatch.GetElapsedTime(killed, seen), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }
}
