// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Tool.Tests;
using OpenAmp.UserModeLinux;
using Xunit;

namespace OpenAmp.Kernel.Tests.Demos;

/// <summary>The commands "demo linux" and "serve", as users start them; the native binary of them, which is its own
/// guest's program.</summary>
public sealed class DemoCommandTests
{
    private const uint RpmsgDevice = 7;

    [Fact]
    public async Task TheDemoShowsAllFive()
    {
        await using ToolProcess demo = Start("demo", "linux", "--json");
        JsonElement report = (await demo.EndAsync()).MustExit(0).Json();

        Assert.Equal("ok", report.GetProperty("result").GetString());
        Assert.StartsWith("6.", report.GetProperty("kernel").GetString(), StringComparison.Ordinal);
        Assert.Equal(106, report.GetProperty("messages").GetInt32());
        Assert.Equal(0, report.GetProperty("peerFaults").GetInt32());
        Assert.Equal(
            [100, 1, 1, 1, 3],
            report.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("messages").GetInt32()));
        Assert.Equal(
            [
                "/dev/ttyRPMSG0: TTY 0: hello Linux",
                "/dev/ttyRPMSG1: boundTTY 1: hello Linux", "/dev/ttyRPMSG1: gone",
                "/dev/rpmsg0: from ept 0x0402: hello Linux",
                "/dev/rpmsg1: from ept 0x0001: hello Linux", "/dev/rpmsg2: from ept 0x0001: hello Linux",
                "/dev/rpmsg3: from ept 0x0001: hello Linux", "/dev/rpmsg1, /dev/rpmsg2, /dev/rpmsg3: gone",
            ],
            report.GetProperty("steps").EnumerateArray().SelectMany(
                step => step.GetProperty("answers").EnumerateArray()).Select(answer => answer.GetString()));
        Assert.Contains(
            report.GetProperty("steps")[0].GetProperty("kernelLines").EnumerateArray(),
            line => line.GetString()!.EndsWith("incoming msg 100 (src: 0x400)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheDemoTellsPeopleWhatItSaw()
    {
        await using ToolProcess demo = Start("demo", "linux");
        ToolResult result = (await demo.EndAsync()).MustExit(0);

        Assert.Contains("client sample: 100 messages\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("/dev/ttyRPMSG0: TTY 0: hello Linux", result.Output, StringComparison.Ordinal);
        Assert.Contains("incoming msg 1 (src: 0x400)", result.Output, StringComparison.Ordinal);
        Assert.Contains("goodbye!", result.Output, StringComparison.Ordinal);
        Assert.Contains("All right: 106 messages with Linux 6.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task TheDemoEndsWhenItsTimeIsUp()
    {
        await using ToolProcess demo = Start("demo", "linux", "--timeout", "0.05", "--json");
        ToolResult result = (await demo.EndAsync()).MustExit(1);
        Assert.Contains("after 0.05 s the time is up", result.ErrorLine, StringComparison.Ordinal);
        Assert.Equal("failed", result.Json().GetProperty("result").GetString());
    }

    [Fact]
    public async Task AKernelThatComesAndGoesIsServedEachTime()
    {
        using TestFolder folder = new();
        await using ToolProcess serve = Start("serve", "--socket-path", folder["rpmsg"], "--json");
        Assert.True(await Processes.EventuallyAsync(() => File.Exists(folder["rpmsg"])));
        for (int boot = 0; boot < 2; boot++)
        {
            await using LinuxGuest guest = await TestGuest.StartAsync(new GuestDevice(folder["rpmsg"], RpmsgDevice));
            string answer = (await guest.RunAsync("""
                until test -e /dev/rpmsg0; do sleep 0.05; done
                exec 3<>/dev/rpmsg0; printf hello >&3; dd bs=512 count=1 <&3 2>/dev/null
                """, TestGuest.Token)).Required();
            Assert.Equal("from ept 0x0402: hello", answer);
        }

        serve.Terminate();
        JsonElement report = (await serve.EndAsync()).MustExit(130).Json();
        Assert.Equal(2, report.GetProperty("links").GetInt32());
        Assert.Equal(2, report.GetProperty("messages").GetInt32());
        Assert.Equal(0, report.GetProperty("peerFaults").GetInt32());
        Assert.False(File.Exists(folder["rpmsg"]));
    }

    private static ToolProcess Start(params string[] arguments)
    {
        _ = TestGuest.Image;
        return ToolProcess.StartAny([Path.Combine(TestGuest.ProgramsWith("openamp"), "openamp"), .. arguments]);
    }
}
