// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using Xunit;

namespace OpenAmp.Kernel.Tests.Demos;

/// <summary>The five demonstrations of OpenAMP's multi-services demo: our remote, and the kernel's own
/// drivers.</summary>
public sealed class MultiServicesTests
{
    [Fact]
    public async Task TheClientSampleExchangesAHundredMessagesAndSaysGoodbye()
    {
        await using DemoKernel kernel = await DemoKernel.StartAsync();
        await kernel.RunAsync("insmod /modules/rpmsg_client_sample.ko");
        await kernel.Guest.WaitForLogAsync("goodbye!", TestGuest.Token);
        await kernel.Guest.WaitForLogAsync("rpmsg sample client driver is removed", TestGuest.Token);

        IReadOnlyList<string> log = kernel.Guest.KernelLog;
        Assert.Single(log, line => line.Contains("-> 0x400!", StringComparison.Ordinal));
        string[] incoming = [.. log.Where(line => line.Contains("incoming msg ", StringComparison.Ordinal))];
        Assert.Equal(
            Enumerable.Range(1, 100).Select(number => $"incoming msg {number} (src: 0x400)"),
            incoming.Select(line => line[line.IndexOf("incoming", StringComparison.Ordinal)..]));
        Assert.Single(log, line => line.EndsWith("goodbye!", StringComparison.Ordinal));
        Assert.Contains("goodbye!", kernel.Trace);
        Assert.Equal(100, kernel.Services.Messages);
        AssertClean(kernel);
    }

    [Fact]
    public async Task TheTerminalAnswersWithItsNumber()
    {
        await using DemoKernel kernel = await DemoKernel.StartAsync();
        Assert.Equal("TTY 0: hello", await kernel.RunAsync("ask_tty /dev/ttyRPMSG0 hello 12"));
        Assert.Equal("TTY 0: again", await kernel.RunAsync("ask_tty /dev/ttyRPMSG0 again 12"));

        // 496 bytes fill a message, so 7 of them come after the others, without the prefix.
        string longest = new('x', 496);
        Assert.Equal("TTY 0: " + longest, await kernel.RunAsync($"ask_tty /dev/ttyRPMSG0 {longest} 503"));
        AssertClean(kernel);
    }

    [Fact]
    public async Task ATerminalThatLinuxCreatesIsBoundAnswersAndIsLetGo()
    {
        await using DemoKernel kernel = await DemoKernel.StartAsync();
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal(
                "/dev/ttyRPMSG1",
                await kernel.RunAsync("rpmsg create-dev rpmsg-tty --source 0x101 --destination 0x11"));
            await kernel.WaitForTraceAsync("terminal 1 of the host's 0x101");
            Assert.Equal("boundTTY 1: hello", await kernel.RunAsync("ask_tty /dev/ttyRPMSG1 hello 17"));
            Assert.Equal("TTY 0: hello", await kernel.RunAsync("ask_tty /dev/ttyRPMSG0 hello 12"));

            await kernel.RunAsync("rpmsg destroy rpmsg-tty --source 0x101 && ! test -e /dev/ttyRPMSG1");
            Assert.True(await Processes.EventuallyAsync(
                () => kernel.Trace.Count(line => line == "terminal 1 is gone") == round + 1));
        }

        Assert.Equal(3, kernel.Services.HostTerminals);
        AssertClean(kernel);
    }

    [Fact]
    public async Task EachTerminalThatLinuxCreatesHasTheLowestFreeNumber()
    {
        await using DemoKernel kernel = await DemoKernel.StartAsync();
        for (int number = 1; number <= 4; number++)
        {
            await kernel.RunAsync(
                $"rpmsg create-dev rpmsg-tty --source {0x100 + number} --destination {0x10 + number}");
            await kernel.WaitForTraceAsync($"terminal {number} of the host's 0x{0x100 + number:x}");
            Assert.Equal(
                $"boundTTY {number}: hello", await kernel.RunAsync($"ask_tty /dev/ttyRPMSG{number} hello 17"));
        }

        // A fifth waits for the first that goes.
        await kernel.RunAsync("rpmsg create-dev rpmsg-tty --source 0x105 --destination 0x12");
        await kernel.RunAsync("rpmsg destroy rpmsg-tty --source 0x102");
        await kernel.WaitForTraceAsync("terminal 2 of the host's 0x105");
        Assert.Equal("boundTTY 2: hello", await kernel.RunAsync("ask_tty /dev/ttyRPMSG5 hello 17"));
        AssertClean(kernel);
    }

    [Fact]
    public async Task RawMessagesComeBackWithTheAddress()
    {
        await using DemoKernel kernel = await DemoKernel.StartAsync();
        Assert.Equal("from ept 0x0402: hello", await kernel.RunAsync("ask /dev/rpmsg0 hello"));

        // What does not fit beside the prefix is a message of its own.
        string longest = new('x', 496);
        Assert.Equal(
            $"from ept 0x0402: {longest}",
            await kernel.RunAsync($"exec 3<>/dev/rpmsg0; printf %s {longest} >&3; "
                + "dd bs=512 count=2 <&3 2>/dev/null; exec 3>&-"));
        AssertClean(kernel);
    }

    [Fact]
    public async Task SeveralEndpointsTalkToOneAddressAndAreDestroyed()
    {
        await using DemoKernel kernel = await DemoKernel.StartAsync();
        Assert.Equal(
            "/dev/rpmsg1\n/dev/rpmsg2\n/dev/rpmsg3",
            await kernel.RunAsync("""
                rpmsg create-ept ept-1 --source 0x64 --destination 1 &&
                rpmsg create-ept ept-2 --source 0x65 --destination 1 &&
                rpmsg create-ept ept-3 --destination 1
                """));
        for (int number = 1; number <= 3; number++)
        {
            Assert.Equal(
                $"from ept 0x0001: I am {number}", await kernel.RunAsync($"ask /dev/rpmsg{number} 'I am {number}'"));
        }

        await kernel.RunAsync("rpmsg destroy /dev/rpmsg2 && ! test -e /dev/rpmsg2");
        Assert.Equal("from ept 0x0001: still there", await kernel.RunAsync("ask /dev/rpmsg3 'still there'"));
        await kernel.RunAsync("rpmsg destroy /dev/rpmsg1 && rpmsg destroy /dev/rpmsg3");
        Assert.Equal("/dev/rpmsg0", await kernel.RunAsync("ls /dev/rpmsg[0-9]*"));
        AssertClean(kernel);
    }

    [Fact]
    public async Task AllServicesComeBackWhenTheDriverBindsAgain()
    {
        await using DemoKernel kernel = await DemoKernel.StartAsync();
        for (int round = 0; round < 5; round++)
        {
            Assert.Equal("from ept 0x0402: hello", await kernel.RunAsync("ask /dev/rpmsg0 hello"));
            Assert.Equal("TTY 0: hello", await kernel.RunAsync("ask_tty /dev/ttyRPMSG0 hello 12"));
            await kernel.RunAsync("""
                cd /sys/bus/virtio/drivers/virtio_rpmsg_bus && echo virtio0 >unbind && ! test -e /dev/rpmsg0 &&
                echo virtio0 >bind
                until test -e /dev/rpmsg0 && test -e /dev/ttyRPMSG0; do sleep 0.05; done
                """);
        }

        AssertClean(kernel);
    }

    private static void AssertClean(DemoKernel kernel)
    {
        Assert.Equal(0UL, kernel.Link!.GetStatistics().PeerFaults);
        TestGuest.AssertNoWarning(kernel.Guest);
    }
}
