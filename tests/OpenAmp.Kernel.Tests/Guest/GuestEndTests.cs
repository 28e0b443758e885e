// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Linux;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Guest;

[Collection(nameof(Alone))]
public sealed class GuestEndTests
{
    private const int Stop = 19;

    private static CancellationToken Token => TestGuest.Token;

    [Fact]
    public async Task APanicIsToldWithTheLastLines()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        LinuxGuestException panic = await Assert.ThrowsAsync<LinuxGuestException>(() => guest.RunAsync(
            "cd /proc/sys/vm; echo 1 >overcommit_memory; echo 1 >panic_on_oom; "
                + "head -c 200000000 /dev/zero | tail -c 199999999", Token));
        Assert.True(panic.IsPanic);
        Assert.Contains("Kernel panic - not syncing: Out of memory", panic.Message, StringComparison.Ordinal);
        Assert.Contains(panic.LastLog, line => line.Contains("panic", StringComparison.Ordinal));
        Assert.Equal(134, await guest.Completion);
        await Assert.ThrowsAsync<LinuxGuestException>(() => guest.WaitForLogAsync("never logged", Token));
    }

    [Fact]
    public async Task AKernelThatCannotStartSaysWhy()
    {
        using OwnPlace place = new();
        LinuxGuestOptions options = TestGuest.Options() with
        {
            Image = place.Image,
            KernelArguments = ["rootfstype=ext4"],
        };
        LinuxGuestException panic = await Assert.ThrowsAsync<LinuxGuestException>(
            () => LinuxGuest.StartAsync(options, Token));
        Assert.True(panic.IsPanic);
        Assert.Contains("Requested init /init failed", panic.Message, StringComparison.Ordinal);
        Assert.True(await Processes.EventuallyAsync(() => Processes.Running(place.Image.KernelPath).Length == 0));
        Assert.Empty(place.Leftovers);
    }

    [Fact]
    public async Task AGuestThatHangsIsKilled()
    {
        await using LinuxGuest guest = await LinuxGuest.StartAsync(
            TestGuest.Options() with { CommandTime = TimeSpan.FromSeconds(2) }, Token);
        Assert.Equal(0, NativeCalls.kill(guest.ProcessId, Stop));
        LinuxGuestException hung = await Assert.ThrowsAsync<LinuxGuestException>(() => guest.RunAsync("true", Token));
        Assert.Contains("hung", hung.Message, StringComparison.Ordinal);
        Assert.Equal(137, await guest.Completion);
    }

    [Fact]
    public async Task TwentyStartsLeaveNoProcessAndNoFileBehind()
    {
        using OwnPlace place = new();
        LinuxGuestOptions options = TestGuest.Options() with { Image = place.Image };
        for (int i = 0; i < 20; i++)
        {
            await using LinuxGuest guest = await LinuxGuest.StartAsync(options, Token);
            Assert.NotEmpty(Processes.Running(place.Image.KernelPath));
            Assert.NotEmpty(place.Leftovers);
            if (i % 2 == 0)
            {
                _ = await guest.RunAsync("sleep 1000 & true", Token);
            }

            if (i % 4 == 0)
            {
                await guest.ShutdownAsync(Token);
            }
        }

        Assert.True(await Processes.EventuallyAsync(() => Processes.Running(place.Image.KernelPath).Length == 0));
        Assert.Empty(place.Leftovers);
    }

    [Fact]
    public async Task AGuestEndsWhenItsOwnerIsKilled()
    {
        using OwnPlace place = new();
        TaskCompletionSource<int> guest = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (ChildProcess owner = OtherOwner.Start(OtherOwner.Hold, place.Image.Directory, line =>
        {
            if (line.StartsWith("guest ", StringComparison.Ordinal))
            {
                guest.SetResult(int.Parse(line[6..], CultureInfo.InvariantCulture));
            }
        }))
        {
            Task ended = await Task.WhenAny(guest.Task, owner.Exited).WaitAsync(TestGuest.Patience, Token);
            Assert.Same(guest.Task, ended);
            Assert.True(Processes.IsAlive(await guest.Task));
            _ = await owner.StopAsync(TimeSpan.Zero, Token);
        }

        int id = await guest.Task;
        Assert.True(await Processes.EventuallyAsync(() => !Processes.IsAlive(id)));
        Assert.True(await Processes.EventuallyAsync(() => Processes.Running(place.Image.KernelPath).Length == 0));

        // Nobody is left who could remove the guest's root directory.
        Assert.Single(place.Leftovers);
    }

    [Fact]
    public async Task AUserWithoutRightsCanRunAGuest()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "This process is without rights already.");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is missing (package util-linux).");

        // The image may lie where only its owner can read.
        using OwnPlace place = new();
        ConcurrentQueue<string> lines = new();
        await using ChildProcess owner = OtherOwner.Start(
            OtherOwner.Run, place.Image.Directory, lines.Enqueue, "/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
            "--clear-groups");
        ChildExit exit = await owner.Exited.WaitAsync(TestGuest.Patience, Token);
        await owner.OutputEnded.WaitAsync(TestGuest.Patience, Token);
        string said = string.Join('\n', lines);
        Assert.SkipWhen(said.Contains("ermission denied", StringComparison.Ordinal) && !exit.IsSuccess,
            $"The user nobody cannot read this build or the runtime: {said}");
        Assert.True(exit.IsSuccess, said);
        Assert.Matches("^0 0 6[.].*-openamp 0$", lines.Last());
    }

    [Fact]
    public async Task ADeviceThatNobodyPresentsIsToldByTheKernel()
    {
        using TestFolder folder = new();
        await using LinuxGuest guest = await TestGuest.StartAsync(new GuestDevice(folder["nobody.sock"], 7));
        Assert.Contains(guest.KernelLog, line => line.Contains("virtio", StringComparison.OrdinalIgnoreCase)
            && line.Contains("-2", StringComparison.Ordinal));
    }
}
