// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class ResourceTests(ITestOutputHelper output)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("mps2-an386")]
    [InlineData("mps2-an521")]
    [InlineData("virt-a53")]
    public async Task AnIdleBoardUsesNoProcessorTimeOnEitherSide(string name)
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(name);
        await board.EchoAsync(50);
        await Task.Delay(TimeSpan.FromSeconds(1), board.Token);
        (long machine, long host) before = (MachineTicks(board), HostTicks());
        await Task.Delay(IdleTime, board.Token);
        (long machine, long host) = (MachineTicks(board) - before.machine, HostTicks() - before.host);
        output.WriteLine($"{name}: QEMU {machine * 10} ms, our threads {host * 10} ms of {IdleTime}");

        // 5 % of a core; a side that polls uses a whole one.
        Assert.InRange(machine, 0, 15);
        Assert.InRange(host, 0, 15);
    }

    [Fact]
    public async Task NothingIsLeftOfABoard()
    {
        // The first one also starts what lives as long as the process.
        await RunOnceAsync("mps2-an386");
        (int, int, int) before = Inventory();
        for (int i = 0; i < 5; i++)
        {
            await RunOnceAsync("mps2-an386");
            await RunOnceAsync("virt-a53");
        }

        _ = SpinWait.SpinUntil(() => Inventory() == before, TimeSpan.FromSeconds(5));
        Assert.Equal(before, Inventory());
    }

    [Fact]
    public async Task TheEmulatorDiesWithItsHost()
    {
        string image = CRemote.PathFor("mps2-an386");
        string program = Path.Combine(AppContext.BaseDirectory, "OpenAmp.Qemu.Tests");
        using Process host = Process.Start(new ProcessStartInfo(program, [Program.HostSwitch, "mps2-an386", image])
        {
            RedirectStandardOutput = true,
        })!;
        using CancellationTokenSource limit = new(BoardUnderTest.Patience);
        string? line = await host.StandardOutput.ReadLineAsync(limit.Token);
        string machine = "/proc/" + line;
        Assert.True(Directory.Exists(machine));
        host.Kill();
        await host.WaitForExitAsync(limit.Token);
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(machine), BoardUnderTest.Patience));
    }

    [Fact]
    public async Task TwoBoardsRunAtOnce()
    {
        await using BoardUnderTest first = await BoardUnderTest.StartAsync("mps2-an386");
        await using BoardUnderTest second = await BoardUnderTest.StartAsync("mps2-an521");
        await Task.WhenAll(first.EchoAsync(500), second.EchoAsync(500));
        _ = await first.CrashAsync("undefined");
        await second.EchoAsync(100);
    }

    private static async Task RunOnceAsync(string name)
    {
        await using BoardUnderTest board = await BoardUnderTest.StartAsync(
            name, new() { Recovery = RecoveryPolicy.Always });
        await board.GreetAsync();
        Task back = board.Processor.WaitForChangeAsync(RemoteProcessorState.Running, board.Token);
        _ = await board.CrashAsync("undefined");
        await back;
        await board.Processor.StopAsync(board.Token);
    }

    private static bool IsAlive(string process)
    {
        try
        {
            return !File.ReadAllText(process + "/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static (int Descriptors, int Threads, int Emulators) Inventory() => (
        Directory.GetFileSystemEntries("/proc/self/fd").Count(IsOurs),
        Directory.GetDirectories("/proc/self/task").Count(IsOurThread),
        Directory.GetDirectories("/proc").Count(IsOurEmulator));

    private static bool IsOurs(string path)
    {
        string? target = new FileInfo(path).LinkTarget;
        return target is not null && (target.StartsWith("socket:", StringComparison.Ordinal)
            || target.Contains("eventfd", StringComparison.Ordinal)
            || target.Contains("pidfd", StringComparison.Ordinal)
            || target.Contains("memfd:openamp", StringComparison.Ordinal));
    }

    private static bool IsOurThread(string path)
        => Read(path + "/comm") is { } name && (name.StartsWith("OpenAMP", StringComparison.Ordinal)
            || name.StartsWith("rpmsg", StringComparison.Ordinal));

    private static bool IsOurEmulator(string path)
        => Read(path + "/stat") is { } stat && stat.Contains("(qemu-system", StringComparison.Ordinal)
            && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]
                == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long MachineTicks(BoardUnderTest board) => Ticks($"/proc/{board.Driver.ProcessId}/stat");

    private static long HostTicks()
        => Directory.GetDirectories("/proc/self/task").Where(IsOurThread).Sum(task => Ticks(task + "/stat"));

    // User and system time, in hundredths of a second.
    private static long Ticks(string path)
    {
        string stat = Read(path) ?? "";
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
