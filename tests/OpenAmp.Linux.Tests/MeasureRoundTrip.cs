// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;

namespace OpenAmp.Linux.Tests;

/// <summary>Kick there and back between two processes: run this program with "--play measure".</summary>
internal static class MeasureRoundTrip
{
    internal const ulong Stop = 1UL << 40;
    private const int Rounds = 20_000;

    internal static async Task<int> RunAsync()
    {
        for (int repeat = 0; repeat < 3; repeat++)
        {
            using MeetingPlace place = new();
            using (OtherProcess _ = OtherProcess.Start("echo", place.Arguments))
            {
                await using TwoProcessConnection connection = await TwoProcessConnection.AcceptAsync(place.Options);
                Report("SocketDoorbell", () => PingPong(connection.Doorbell));
            }

            using MeetingPlace other = new();
            using (Socket listener = Sockets.Listen(other.SocketPath))
            using (OtherProcess _ = OtherProcess.Start("eventfd-echo", other.SocketPath))
            using (EventFdDoorbell doorbell = EventFdDoorbell.Negotiate(
                await Sockets.AcceptAsync(listener), TimeSpan.FromSeconds(10)))
            {
                Report("EventFdDoorbell", () => PingPong(doorbell));
            }

            using MeetingPlace raw = new();
            using (Socket listener = Sockets.Listen(raw.SocketPath))
            using (OtherProcess _ = OtherProcess.Start("raw-eventfd-echo", raw.SocketPath))
            {
                Raw(await Sockets.AcceptAsync(listener));
            }
        }

        return 0;
    }

    private static unsafe void Raw(SafeHandle socket)
    {
        int there = NativeCalls.eventfd(0, 0);
        int back = NativeCalls.eventfd(0, 0);
        using EventFd ownThere = new(new(there, ownsHandle: true));
        using EventFd ownBack = new(new(back, ownsHandle: true));
        FileDescriptorPassing.Send(socket, "x"u8, [ownThere.Handle, ownBack.Handle]);
        Report("raw eventfd", () =>
        {
            ulong count = 1;
            _ = NativeCalls.write(there, &count, 8);
            _ = NativeCalls.read(back, &count, 8);
        });
        ulong stop = Stop;
        _ = NativeCalls.write(there, &stop, 8);
        socket.Dispose();
    }

    private static void PingPong(LinkDoorbell doorbell)
    {
        doorbell.Kick(0);
        _ = doorbell.Wait(Timeout.InfiniteTimeSpan);
    }

    private static void Report(string name, Action round)
    {
        double[] microseconds = new double[Rounds];
        for (int index = -Rounds / 4; index < Rounds; index++)
        {
            long start = Stopwatch.GetTimestamp();
            round();
            if (index >= 0)
            {
                microseconds[index] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        }

        Array.Sort(microseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-16} median {microseconds[Rounds / 2]:f1} us, p10 {microseconds[Rounds / 10]:f1}, "
            + $"p99 {microseconds[Rounds / 100 * 99]:f1}"));
    }
}
