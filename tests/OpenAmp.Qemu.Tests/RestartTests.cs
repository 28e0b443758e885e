// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class RestartTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("mps2-an386", 200)]
    [InlineData("mps2-an521", 50)]
    [InlineData("virt-a53", 50)]
    public async Task TheSameImageIsRestartedInTheSameMachine(string name, int count)
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name);
        await board.GreetAsync();
        int machine = board.Driver.ProcessId!.Value;
        List<double> times = [];
        for (int i = 0; i < count; i++)
        {
            await board.Processor.StopAsync(board.Token);
            long start = Stopwatch.GetTimestamp();
            await board.Processor.StartAsync(board.Token);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await board.GreetAsync($"restart {i}");
        }

        Assert.Equal(machine, board.Driver.ProcessId);
        times.Sort();
        output.WriteLine($"{name}: start p50 {times[count / 2]:f1} ms, p99 {times[count * 99 / 100]:f1} ms");
    }

    [Fact]
    public async Task EachStartHasItsOwnMachineWhenThatIsWanted()
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(
            "mps2-an386", with: options => options with { ReusesMachine = false });
        for (int i = 0; i < 10; i++)
        {
            await board.GreetAsync();
            int machine = board.Driver.ProcessId!.Value;
            await board.Processor.StopAsync(board.Token);
            Assert.Null(board.Driver.ProcessId);
            await board.Processor.StartAsync(board.Token);
            Assert.NotEqual(machine, board.Driver.ProcessId);
        }
    }

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("mps2-an521")]
    public async Task AnotherImageIsRunAndNotWhatTheEmulatorRemembers(string name)
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name);
        await board.GreetAsync();
        for (int i = 0; i < 4; i++)
        {
            await board.Processor.StopAsync(board.Token);
            string image = i % 2 == 0 ? CRemote.Other : "c-remote";
            await board.Processor.LoadAsync(FirmwareStore.FromFile(CRemote.PathFor(name, image)), board.Token);
            await board.Processor.StartAsync(board.Token);
            await board.EchoAsync(20);
        }
    }

    [Fact]
    public async Task AStoppedBoardHasNoMachineOnceItsFirmwareIsGivenUp()
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync("mps2-an386");
        await board.Processor.StopAsync(board.Token);
        Assert.NotNull(board.Driver.ProcessId);
        await board.Processor.ShutdownAsync(board.Token);
        Assert.Null(board.Driver.ProcessId);
    }
}
