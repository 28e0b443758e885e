// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Guest;

public sealed class GuestTests
{
    private static CancellationToken Token => TestGuest.Token;

    [Fact]
    public async Task CommandsGiveTheirOutputAndExitCode()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();

        GuestCommandResult first = await guest.RunAsync("echo out; echo err >&2; echo\nexit 3", Token);
        Assert.Equal(3, first.ExitCode);
        Assert.Equal(["out", "err", ""], first.Output);

        GuestCommandResult second = await guest.RunAsync("printf 'no end'", Token);
        Assert.True(second.IsSuccess);
        Assert.Equal(["no end"], second.Output);

        Assert.Equal(127, (await guest.RunAsync("no-such-program", Token)).ExitCode);
        Assert.Equal(137, (await guest.RunAsync("kill -9 $$", Token)).ExitCode);
        Assert.Throws<LinuxGuestException>(() => first.Required());
    }

    [Fact]
    public async Task CommandsThatAreGivenAtOnceRunOneAfterAnother()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        Task<GuestCommandResult>[] all =
            [.. Enumerable.Range(0, 10).Select(i => guest.RunAsync($"echo {i}; sleep 0.01; echo {i}", Token))];
        for (int i = 0; i < all.Length; i++)
        {
            string digit = i.ToString(CultureInfo.InvariantCulture);
            Assert.Equal([digit, digit], (await all[i]).Output);
        }
    }

    [Fact]
    public async Task LongOutputComesWhole()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        GuestCommandResult result = await guest.RunAsync("seq 1 100000", Token);
        Assert.Equal(
            Enumerable.Range(1, 100_000).Select(number => number.ToString(CultureInfo.InvariantCulture)),
            result.Output);
    }

    [Fact]
    public async Task TheKernelLogIsApartAndAsNewAsTheCommand()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        Assert.Contains(guest.KernelLog, line => line.Contains("Linux version ", StringComparison.Ordinal));
        for (int i = 0; i < 20; i++)
        {
            GuestCommandResult result = await guest.RunAsync($"echo said {i}; echo logged {i} >/dev/kmsg", Token);
            Assert.Equal([$"said {i}"], result.Output);
            Assert.EndsWith($"] logged {i}", guest.KernelLog[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ALogLineIsFoundInThePastAndAwaitedInTheFuture()
    {
        await using LinuxGuest guest = await LinuxGuest.StartAsync(
            TestGuest.Options() with { CommandTime = TimeSpan.FromSeconds(2) }, Token);
        _ = await guest.RunAsync("echo mark one >/dev/kmsg", Token);
        Assert.Contains("mark one", await guest.WaitForLogAsync("mark", Token), StringComparison.Ordinal);

        Task<string> next = guest.WaitForLogAsync("mark", guest.LogPosition, Token);
        Assert.False(next.IsCompleted);
        _ = await guest.RunAsync("echo mark two >/dev/kmsg", Token);
        Assert.Contains("mark two", await next, StringComparison.Ordinal);

        TimeoutException late = await Assert.ThrowsAsync<TimeoutException>(
            () => guest.WaitForLogAsync("mark three", Token));
        Assert.Contains("mark two", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACommandThatTakesTooLongIsKilledAndTheNextRuns()
    {
        await using LinuxGuest guest = await LinuxGuest.StartAsync(
            TestGuest.Options() with { CommandTime = TimeSpan.FromSeconds(5) }, Token);
        TimeoutException late = await Assert.ThrowsAsync<TimeoutException>(
            () => guest.RunAsync("echo begun; sleep 1000 | sleep 1001", Token));
        Assert.Contains("begun", late.Message, StringComparison.Ordinal);

        // At once too, when the shell may not have begun.
        foreach (int milliseconds in (int[])[0, 1, 30, 300])
        {
            using CancellationTokenSource cancelled = new();
            Task<GuestCommandResult> run = guest.RunAsync("sleep 1002", cancelled.Token);
            cancelled.CancelAfter(milliseconds);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }

        string left = (await guest.RunAsync("ps", Token)).Text;
        Assert.DoesNotContain("sleep", left, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramInTheBackgroundDoesNotHoldUpItsCommand()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        Assert.Equal(["begun"], (await guest.RunAsync("sleep 1000 & echo begun", Token)).Output);
        Assert.Contains("sleep 1000", (await guest.RunAsync("ps", Token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FoldersOfTheHostAreSeenAndWritten()
    {
        using TestFolder folder = new();
        await File.WriteAllTextAsync(folder["a file"], "of the host", Token);
        LinuxGuestOptions options = TestGuest.Options() with
        {
            Folders = new Dictionary<string, string> { ["shared"] = folder.Path },
        };
        await using LinuxGuest guest = await LinuxGuest.StartAsync(options, Token);
        string seen = (await guest.RunAsync("cat '/mnt/shared/a file'; echo back >/mnt/shared/b", Token)).Required();
        Assert.Equal("of the host", seen);
        Assert.Equal("back\n", await File.ReadAllTextAsync(folder["b"], Token));
    }

    [Fact]
    public async Task ProgramsOfTheHostRunAndItsFilesAreReadOnly()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        Assert.Equal("x=1", (await guest.RunAsync("/usr/bin/env -i x=1 /usr/bin/env", Token)).Required());
        GuestCommandResult write = await guest.RunAsync("echo x >/usr/openamp-was-here", Token);
        Assert.False(write.IsSuccess);
        Assert.Contains("Read-only", write.Text, StringComparison.Ordinal);
        Assert.False(File.Exists("/usr/openamp-was-here"));
    }

    [Fact]
    public async Task ModulesCanBeLoadedAndRemoved()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        string list = (await guest.RunAsync(
            "insmod /modules/vrproc.ko && insmod /modules/rpmsg_client_sample.ko && cut -d' ' -f1 /proc/modules && "
                + "rmmod vrproc rpmsg_client_sample && cat /proc/modules", Token)).Required();
        Assert.Equal("rpmsg_client_sample\nvrproc", list);
        TestGuest.AssertNoWarning(guest);
    }

    [Fact]
    public async Task AShutdownEndsWithZero()
    {
        await using LinuxGuest guest = await TestGuest.StartAsync();
        Assert.False(guest.Completion.IsCompleted);
        await guest.ShutdownAsync(Token);
        Assert.Equal(0, await guest.Completion);
        await guest.ShutdownAsync(Token);

        LinuxGuestException error = await Assert.ThrowsAsync<LinuxGuestException>(() => guest.RunAsync("true", Token));
        Assert.False(error.IsPanic);
        await Assert.ThrowsAsync<LinuxGuestException>(() => guest.WaitForLogAsync("never logged", Token));
    }

    [Fact]
    public async Task MemoryAndKernelArgumentsAreTheOptions()
    {
        LinuxGuestOptions options = TestGuest.Options() with
        {
            MemoryBytes = 48L << 20,
            KernelArguments = ["panic_on_warn=1"],
        };
        await using LinuxGuest guest = await LinuxGuest.StartAsync(options, Token);
        string seen = (await guest.RunAsync("cat /proc/sys/kernel/panic_on_warn; free -m", Token)).Required();
        Assert.StartsWith("1\n", seen, StringComparison.Ordinal);
        string total = seen.Split('\n')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.InRange(int.Parse(total, CultureInfo.InvariantCulture), 38, 48);
    }

    [Fact]
    public async Task ImpossibleOptionsAreRefused()
    {
        LinuxGuestOptions options = TestGuest.Options();
        LinuxGuestOptions[] impossible =
        [
            options with { MemoryBytes = 1L << 20 },
            options with { Devices = [new GuestDevice("/tmp/a b", 7)] },
            options with { Devices = [new GuestDevice("/tmp/a:b", 7)] },
            options with { Folders = new Dictionary<string, string> { ["a/b"] = "/tmp" } },
            options with { Folders = new Dictionary<string, string> { ["a"] = "/no/such/folder" } },
            options with { KernelArguments = ["two words"] },
            options with { CommandTime = TimeSpan.Zero },
        ];
        foreach (LinuxGuestOptions each in impossible)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => LinuxGuest.StartAsync(each, Token));
        }

        using TestFolder folder = new();
        Assert.Throws<FileNotFoundException>(() => LinuxGuestImage.Open(folder.Path));
    }
}
