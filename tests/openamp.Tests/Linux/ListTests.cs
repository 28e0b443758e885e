// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>The command <c>ls</c> on folders that look like a machine's root.</summary>
public sealed class ListTests
{
    private const string SoundScreen = """
          Name                 What        State       Addresses        Device             Details
        ─
          kernel:cm4           processor   running                      /dev/remoteproc0   firmware cm4.elf
            virtio0            link        up                           /dev/rpmsg_ctrl0   name service
              rpmsg-raw        channel     bound       0x400 -> 0x400                      rpmsg_chrdev
              rpmsg-tty        channel     bound       0x401 -> 0x401   /dev/ttyRPMSG0     rpmsg_tty
              vendor-service   channel     no driver   any -> 0x402
              rpmsg-raw        endpoint    ready       any -> 0x400     /dev/rpmsg0        of the channel
              by-hand          endpoint    ready       0x4d -> any      /dev/rpmsg10
        """;

    [Fact]
    public async Task ShowsWhatBelongsToAProcessorBelowIt()
    {
        using FakeKernel kernel = FakeKernel.Sound();

        ToolResult result = (await kernel.RunAsync("ls")).MustExit(0);

        Assert.Equal(Screens.Trim(SoundScreen), Screens.Trim(result.Output));
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task TellsAddressesDevicesAndStatesAsJson()
    {
        using FakeKernel kernel = FakeKernel.Sound();

        JsonElement report = (await kernel.RunAsync("ls", "--json")).MustExit(0).Json();

        JsonElement processor = Assert.Single(report.GetProperty("processors").EnumerateArray());
        Assert.Equal("kernel", processor.GetProperty("origin").GetString());
        Assert.Equal("enabled", processor.GetProperty("recovery").GetString());
        JsonElement link = Assert.Single(processor.GetProperty("links").EnumerateArray());
        Assert.Equal("cm4", link.GetProperty("processor").GetString());
        Assert.True(link.GetProperty("hasNameService").GetBoolean());
        JsonElement[] endpoints = [.. link.GetProperty("endpoints").EnumerateArray()];
        Assert.Equal(
            ["/dev/rpmsg0", "/dev/rpmsg10"], endpoints.Select(endpoint => endpoint.GetProperty("node").GetString()));
        Assert.Equal("virtio0.rpmsg-raw.-1.1024", endpoints[0].GetProperty("channel").GetString());
        Assert.Equal("0x400", endpoints[0].GetProperty("destination").GetString());
        Assert.False(endpoints[0].TryGetProperty("source", out _));
        Assert.Equal("0x4d", endpoints[1].GetProperty("source").GetString());
        Assert.Empty(report.GetProperty("links").EnumerateArray());
    }

    [Theory]
    [InlineData(FakeKernel.Processor + "/remoteproc0#vdev0/virtio1")]
    [InlineData(FakeKernel.Processor + "/virtio1")]
    public async Task FindsTheProcessorOfALinkInTheTreesOfOlderKernels(string virtio)
    {
        using FakeKernel kernel = FakeKernel.Bare();
        kernel.AddProcessor();
        kernel.AddVirtio(virtio);
        kernel.AddChannel("rpmsg-raw", "-1.1024", "0x400", "0x400", null, virtio);

        JsonElement report = (await kernel.RunAsync("ls", "--json")).MustExit(0).Json();

        JsonElement link = report.GetProperty("processors")[0].GetProperty("links")[0];
        Assert.Equal("virtio1", link.GetProperty("name").GetString());
        Assert.Equal("rpmsg-raw", link.GetProperty("channels")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task ShowsALinkWithoutAProcessorByItself()
    {
        using FakeKernel kernel = FakeKernel.Bare();
        kernel.AddVirtio("/sys/devices/platform/virtio-uml.0/virtio0");

        ToolResult result = (await kernel.RunAsync("ls")).MustExit(0);

        Assert.Contains("  kernel:virtio0   link   up ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeavesOutVirtioDevicesOfOtherKinds()
    {
        using FakeKernel kernel = FakeKernel.Bare();
        kernel.AddVirtio("/sys/devices/platform/virtio-uml.0/virtio0");
        kernel.Write("/sys/devices/platform/virtio-uml.0/virtio0/device", "0x0001\n");

        JsonElement report = (await kernel.RunAsync("ls", "--json")).MustExit(0).Json();

        Assert.Empty(report.GetProperty("links").EnumerateArray());
    }

    [Fact]
    public async Task SaysWhatToDoWhenThereIsNothing()
    {
        using FakeKernel kernel = FakeKernel.Bare();

        ToolResult result = (await kernel.RunAsync("ls")).MustExit(0);

        Assert.Contains("Find out why: openamp doctor", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowsControlCharactersOfNamesAsPictures()
    {
        using FakeKernel kernel = FakeKernel.Sound();
        kernel.Write(FakeKernel.Virtio + "/virtio0.vendor-service.-1.1026/name", "\u001b[2Jevil\n");

        ToolResult result = (await kernel.RunAsync("ls")).MustExit(0);

        Assert.Contains("␛[2Jevil", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchingPrintsItAgainWhenItHasChangedUntilCtrlC()
    {
        using FakeKernel kernel = FakeKernel.Sound();
        await using ToolProcess process = ToolProcess.Start("ls", "--watch", "--root", kernel.Root);
        await process.WaitForOutputAsync("running");

        kernel.Write(FakeKernel.Processor + "/state", "crashed\n");
        await process.WaitForOutputAsync("crashed");

        process.Interrupt();
        (await process.EndAsync()).MustExit(0);
    }

    [Fact]
    public async Task RefusesARootThatIsNotThere()
    {
        ToolResult result = (await ToolProcess.RunAsync("ls", "--root", "/nowhere")).MustExit(2);

        Assert.Contains("--root takes a folder, and there is none '/nowhere'", result.ErrorLine,
            StringComparison.Ordinal);
    }
}
