// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using OpenAmp.Kernel.Tests.Guest;
using OpenAmp.Kernel.Tests.Remoteproc;
using Xunit;

namespace OpenAmp.Kernel.Tests.Tool;

/// <summary>The commands <c>ls</c> and <c>doctor</c> where the kernel is real.</summary>
public sealed class ToolTests
{
    [Fact]
    public async Task ListsProcessorLinkServicesAndEndpoint()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        JsonElement report = await host.JsonAsync("ls");

        JsonElement processor = report.GetProperty("processors")[0];
        Assert.Equal("vrproc", processor.GetProperty("name").GetString());
        Assert.Equal("running", processor.GetProperty("state").GetString());
        JsonElement link = Assert.Single(processor.GetProperty("links").EnumerateArray());
        Assert.Equal("up", link.GetProperty("state").GetString());
        Assert.True(link.GetProperty("hasNameService").GetBoolean());
        Assert.Equal("/dev/rpmsg_ctrl0", link.GetProperty("control").GetString());
        Assert.Contains(link.GetProperty("channels").EnumerateArray(), channel =>
            channel.GetProperty("name").GetString() == "rpmsg-raw"
            && channel.GetProperty("driver").GetString() == "rpmsg_chrdev");
        JsonElement endpoint = Assert.Single(link.GetProperty("endpoints").EnumerateArray());
        Assert.Equal("/dev/rpmsg0", endpoint.GetProperty("node").GetString());
        string screen = await host.ToolAsync("ls", 0);
        Assert.Contains("kernel:vrproc", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDoctorFindsNothingWrong()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();

        // The guest has no driver for the sample's service until its module is loaded.
        _ = await host.RunAsync("insmod /modules/rpmsg_client_sample.ko");
        JsonElement report = await host.JsonAsync("doctor vrproc");

        JsonElement patient = Assert.Single(report.GetProperty("targets").EnumerateArray());
        Assert.All(patient.GetProperty("stages").EnumerateArray(), stage => Assert.True(
            stage.GetProperty("status").GetString() == "ok", stage.ToString()));
        Assert.Equal(14, patient.GetProperty("stages").GetArrayLength());
    }

    [Theory]
    [InlineData("rm -f /mnt/firmware/gone.elf; echo gone.elf >/sys/class/remoteproc/remoteproc0/firmware",
        "firmware", "gone.elf is in none of /mnt/firmware")]
    [InlineData("true", "state", "it is offline")]
    public async Task TheDoctorNamesWhatKeepsAStoppedProcessorDown(string breakage, string stage, string why)
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync(isRunning: false);
        _ = await host.RunAsync($"echo echo.elf >{KernelProcessorHost.Sysfs}/firmware; {breakage}");

        await AssertFailsAsync(host, stage, why);
    }

    [Theory]
    [InlineData("cd /sys/bus/virtio/drivers/virtio_rpmsg_bus && for d in virtio*; do echo $d >unbind; done",
        "driver", "has no driver")]
    [InlineData("rm /dev/rpmsg0", "nodes", "the kernel has /dev/rpmsg0, and /dev has not")]
    public async Task TheDoctorNamesTheBrokenStageOfARunningProcessor(string breakage, string stage, string why)
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();
        _ = await host.RunAsync($"insmod /modules/rpmsg_client_sample.ko; {breakage}");

        await AssertFailsAsync(host, stage, why);
    }

    [Fact]
    public async Task WhatTheDoctorSaysMakesAStoppedProcessorAnswer()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync(isRunning: false);
        _ = await host.RunAsync($"echo echo.elf >{KernelProcessorHost.Sysfs}/firmware");
        JsonElement report = await host.JsonAsync("doctor vrproc", exitCode: 1);
        string fix = report.GetProperty("targets")[0].GetProperty("stages").EnumerateArray()
            .First(stage => stage.GetProperty("status").GetString() == "failed").GetProperty("fix").GetString()!;

        _ = await host.RunAsync($"PATH=/mnt/bin:$PATH {fix}");
        _ = await host.ToolAsync("rpmsg ping rpmsg-raw -c 3 -f", 0);
    }

    [Fact]
    public async Task TheDoctorNamesWhatAUserMayNotOpenAndIsContentWhenHeMay()
    {
        await using KernelProcessorHost host = await ToolGuest.StartAsync();
        _ = await host.RunAsync("insmod /modules/rpmsg_client_sample.ko; chmod 755 /");

        string refused = (await host.Guest.RunAsync(AsNobody("doctor vrproc"), TestGuest.Token)).Text;
        Assert.Contains("fails at access: this user may not read and write /dev/rpmsg_ctrl0, /dev/rpmsg0", refused,
            StringComparison.Ordinal);
        Assert.Contains("sudo openamp udev --install", refused, StringComparison.Ordinal);

        _ = await host.RunAsync("chgrp 65534 /dev/rpmsg* && chmod 660 /dev/rpmsg*");
        string content = (await host.Guest.RunAsync(AsNobody("doctor vrproc"), TestGuest.Token)).Text;
        Assert.Contains("It works, with 2 warnings.", content, StringComparison.Ordinal);
        string ping = (await host.Guest.RunAsync(AsNobody("rpmsg ping rpmsg-raw -c 5 -f"), TestGuest.Token)).Text;
        Assert.Contains("5 sent, 5 received", ping, StringComparison.Ordinal);
    }

    private static string AsNobody(string arguments)
        => $"start-stop-daemon -S -c 65534:65534 -x /mnt/bin/openamp -- {arguments}";

    private static async Task AssertFailsAsync(KernelProcessorHost host, string stage, string why)
    {
        JsonElement report = await host.JsonAsync("doctor vrproc", exitCode: 1);

        JsonElement patient = Assert.Single(report.GetProperty("targets").EnumerateArray());
        Assert.Equal(stage, patient.GetProperty("firstFailure").GetString());
        JsonElement failed = patient.GetProperty("stages").EnumerateArray()
            .First(one => one.GetProperty("status").GetString() == "failed");
        Assert.Contains(why, failed.GetProperty("found").GetString(), StringComparison.Ordinal);
    }
}
