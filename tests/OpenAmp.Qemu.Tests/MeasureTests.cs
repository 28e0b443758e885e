// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Qemu.Tests;

/// <summary>Says how long things take, for docs/qemu.md. Asserts no time: machines that run tests do other
/// things.</summary>
public sealed class MeasureTests(ITestOutputHelper output)
{
    private const int RoundTrips = 1000;

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("mps2-an521")]
    [InlineData("virt-a53")]
    public async Task TheFirstAnswerAndEveryRoundTripAreTimed(string name)
    {
        List<double> firsts = [];
        for (int i = 0; i < 5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await using BoardUnderTest once = await BoardUnderTest.OpenAsync(name);
            double opened = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            await once.Processor.StartAsync(once.Token);
            double started = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            await once.GreetAsync();
            firsts.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            output.WriteLine($"{name}: loaded {opened:f0}, started {started:f0}, answered {firsts[^1]:f0} ms");
        }

        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name);
        await using RpmsgEndpoint echo = await board.ConnectAsync(CRemote.Echo);
        byte[] message = new byte[32];
        List<double> times = [];
        for (int i = 0; i < RoundTrips; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await echo.SendAsync(message, board.Token);
            using RpmsgMessage answer = await echo.ReceiveAsync(board.Token);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            Assert.Equal(message.Length, answer.Payload.Length);
        }

        times.Sort();
        output.WriteLine($"{name}: first answer {firsts.Min():f0} ms; round trip p50 {times[RoundTrips / 2]:f0} us, "
            + $"p99 {times[RoundTrips * 99 / 100]:f0} us");
    }
}
