// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>The command <c>doctor</c>: each stage has a way to fail, and says what to do.</summary>
public sealed class DoctorTests
{
    private const string SoundScreen = """
        processor kernel:cm4

          Stage          Status   Found, and what to do
        ─
          kernel         ok       Linux 6.1.192 has remoteproc
          processor      ok       cm4 is remoteproc0
          firmware       ok       cm4.elf is /lib/firmware/cm4.elf
          image          ok       an ELF image with a resource table that Linux takes
          state          ok       running, recovery enabled
          virtio         ok       virtio0
          driver         ok       virtio0 has virtio_rpmsg_bus
          name service   ok       announcements are heard
          channels       ok       rpmsg-raw, rpmsg-tty, vendor-service
          services       ok       no kernel driver for vendor-service: programs use it
          control        ok       /dev/rpmsg_ctrl0
          nodes          ok       /dev/rpmsg_ctrl0, /dev/rpmsg0, /dev/rpmsg10, /dev/ttyRPMSG0
          access         ok       this user may read and write all of them
          debugfs        ok       /sys/kernel/debug/remoteproc/remoteproc0

        All right.
        """;

    private static readonly Dictionary<string, Action<FakeKernel>> Breakages = new(StringComparer.Ordinal)
    {
        ["remoteproc is left out"] = kernel =>
        {
            kernel.Remove("/sys/class/remoteproc");
            kernel.Remove("/sys/bus/virtio/devices/virtio0");
            kernel.Remove("/sys/bus/rpmsg");
            kernel.Remove("/sys/class/rpmsg");
            kernel.Write("/boot/config-" + FakeKernel.Release, "CONFIG_RPMSG=y\n# CONFIG_REMOTEPROC is not set\n");
        },
        ["no driver found a processor"] = kernel =>
        {
            kernel.Remove("/sys/class/remoteproc/remoteproc0");
            kernel.Remove("/sys/bus/virtio/devices/virtio0");
            kernel.Remove("/sys/bus/rpmsg");
            kernel.Remove("/sys/class/rpmsg");
        },
        ["the firmware's file is missing"] = kernel =>
        {
            kernel.Write(FakeKernel.Processor + "/state", "offline\n");
            kernel.Remove("/lib/firmware/cm4.elf");
        },
        ["no firmware is set"] = kernel =>
        {
            kernel.Write(FakeKernel.Processor + "/state", "offline\n");
            kernel.Write(FakeKernel.Processor + "/firmware", "\n");
        },
        ["the firmware is no image"] = kernel =>
        {
            kernel.Write(FakeKernel.Processor + "/state", "offline\n");
            kernel.Write("/lib/firmware/cm4.elf", "this is a text");
        },
        ["the kernel will refuse the table"] = kernel =>
        {
            kernel.Write(FakeKernel.Processor + "/state", "offline\n");
            kernel.Write("/lib/firmware/cm4.elf", WithoutVringAlignment());
        },
        ["it is offline"] = kernel => kernel.Write(FakeKernel.Processor + "/state", "offline\n"),
        ["it is detached"] = kernel => kernel.Write(FakeKernel.Processor + "/state", "detached\n"),
        ["it crashed for good"] = kernel =>
        {
            kernel.Write(FakeKernel.Processor + "/state", "crashed\n");
            kernel.Write(FakeKernel.Processor + "/recovery", "disabled\n");
        },
        ["there is no virtio device"] = kernel =>
        {
            kernel.Remove("/sys/bus/virtio/devices/virtio0");
            kernel.Remove("/sys/bus/rpmsg/devices");
            kernel.Remove("/sys/class/rpmsg");
        },
        ["the driver is unbound"] = kernel => kernel.Remove(FakeKernel.Virtio + "/driver"),
        ["the driver's module is not loaded"] = kernel =>
        {
            kernel.Remove(FakeKernel.Virtio + "/driver");
            kernel.Remove("/sys/bus/virtio/drivers/virtio_rpmsg_bus");
            kernel.Write(
                $"/lib/modules/{FakeKernel.Release}/modules.dep",
                "kernel/drivers/rpmsg/virtio_rpmsg_bus.ko.xz: kernel/drivers/rpmsg/rpmsg_core.ko.xz\n");
        },
        ["the driver is left out, says the kernel itself"] = kernel =>
        {
            kernel.Remove(FakeKernel.Virtio + "/driver");
            kernel.Remove("/sys/bus/virtio/drivers/virtio_rpmsg_bus");
            kernel.Write("/proc/config.gz", Packed("CONFIG_REMOTEPROC=y\n"));
        },
        ["the driver gave up"] = kernel => kernel.Write(FakeKernel.Virtio + "/status", "0x00000083\n"),
        ["nobody hears announcements"] = kernel => kernel.Remove(FakeKernel.Virtio + "/virtio0.rpmsg_ns.53.53/driver"),
        ["nothing is announced"] = kernel =>
        {
            kernel.Remove("/sys/bus/rpmsg/devices/virtio0.rpmsg-raw.-1.1024");
            kernel.Remove("/sys/bus/rpmsg/devices/virtio0.rpmsg-tty.-1.1025");
            kernel.Remove("/sys/bus/rpmsg/devices/virtio0.vendor-service.-1.1026");
            kernel.Remove("/sys/class/rpmsg/rpmsg0");
            kernel.Remove("/sys/class/rpmsg/rpmsg10");
        },
        ["a service has no driver"]
            = kernel => kernel.Remove(FakeKernel.Virtio + "/virtio0.rpmsg-tty.-1.1025/driver"),
        ["there is no control device"] = kernel => kernel.Remove("/sys/class/rpmsg/rpmsg_ctrl0"),
        ["a device has no node"] = kernel => kernel.Remove("/dev/rpmsg10"),
    };

    /// <summary>What is broken, the stage that fails, its reason and what to do.</summary>
    public static TheoryData<string, string, string, string> Failures { get; } = new()
    {
        { "remoteproc is left out", "kernel", "there is no /sys/class/remoteproc",
            "a kernel with CONFIG_REMOTEPROC=y" },
        { "no driver found a processor", "processor", "has no remote processor", "load the platform's driver" },
        {
            "the firmware's file is missing", "firmware",
            "cm4.elf is in none of /lib/firmware/updates/6.1.192, /lib/firmware/updates, /lib/firmware/6.1.192, "
                + "/lib/firmware",
            "openamp remoteproc set-firmware kernel:cm4 FILE"
        },
        { "no firmware is set", "firmware", "no firmware is set", "openamp remoteproc set-firmware kernel:cm4 FILE" },
        { "the firmware is no image", "image", "cm4.elf", "openamp firmware inspect /lib/firmware/cm4.elf" },
        {
            "the kernel will refuse the table", "image", "align",
            "openamp firmware lint --peers linux /lib/firmware/cm4.elf"
        },
        { "it is offline", "state", "it is offline", "openamp remoteproc start kernel:cm4" },
        { "it is detached", "state", "it is detached", "openamp remoteproc attach kernel:cm4" },
        { "it crashed for good", "state", "recovery is disabled", "openamp remoteproc recover kernel:cm4" },
        { "there is no virtio device", "virtio", "no vdev entry of virtio id 7", "openamp firmware inspect" },
        {
            "the driver is unbound", "driver", "virtio0 has no driver",
            "echo virtio0 > /sys/bus/virtio/drivers/virtio_rpmsg_bus/bind"
        },
        { "the driver's module is not loaded", "driver", "virtio0 has no driver", "modprobe virtio_rpmsg_bus" },
        {
            "the driver is left out, says the kernel itself", "driver", "virtio0 has no driver",
            "a kernel with CONFIG_RPMSG_VIRTIO=y or m: this one was built without it"
        },
        { "the driver gave up", "driver", "DRIVER_OK is not set", "dmesg | grep virtio0" },
        { "nobody hears announcements", "name service", "the name service has no driver", "modprobe rpmsg_ns" },
        {
            "nothing is announced", "channels", "has announced no service",
            "openamp rpmsg create-ept --link kernel:cm4 NAME --destination ADDRESS"
        },
        { "a service has no driver", "services", "rpmsg-tty has no driver", "modprobe rpmsg_tty" },
        { "there is no control device", "control", "virtio0 has no control device", "modprobe rpmsg_ctrl" },
        { "a device has no node", "nodes", "the kernel has /dev/rpmsg10, and /dev has not", "mount -t devtmpfs" },
    };

    [Fact]
    public async Task ShowsEachStageOfASoundProcessor()
    {
        using FakeKernel kernel = FakeKernel.Sound();

        ToolResult result = (await kernel.RunAsync("doctor")).MustExit(0);

        Assert.Equal(Screens.Trim(SoundScreen), Screens.Trim(result.Output));
        Assert.Empty(result.Error);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task NamesTheFirstStageThatFailsWithReasonAndFix(string breakage, string stage, string why, string fix)
    {
        using FakeKernel kernel = FakeKernel.Sound();
        Breakages[breakage](kernel);

        JsonElement report = (await kernel.RunAsync("doctor", "--json")).MustExit(1).Json();

        JsonElement patient = Assert.Single(report.GetProperty("targets").EnumerateArray());
        Assert.Equal(stage, patient.GetProperty("firstFailure").GetString());
        Assert.Equal("failed", report.GetProperty("result").GetString());
        JsonElement[] stages = [.. patient.GetProperty("stages").EnumerateArray()];
        int at = Array.FindIndex(stages, one => one.GetProperty("stage").GetString() == stage);
        Assert.Contains(why, stages[at].GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Contains(fix, stages[at].GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.All(stages[..at], one => Assert.NotEqual("failed", one.GetProperty("status").GetString()));
        Assert.All(stages[(at + 1)..], one => Assert.Equal("not reached", one.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task TheScreenEndsWithWhatFails()
    {
        using FakeKernel kernel = FakeKernel.Sound();
        Breakages["the driver is unbound"](kernel);

        ToolResult result = (await kernel.RunAsync("doctor", "cm4")).MustExit(1);

        Assert.EndsWith("kernel:cm4 fails at driver: virtio0 has no driver", Screens.Trim(result.Output),
            StringComparison.Ordinal);
        Assert.Contains("not reached   driver comes first", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/recovery", "disabled\n", "recovery is disabled", "echo enabled > ")]
    [InlineData("/rproc-virtio.0.auto/virtio0/features", "0000\n", "offers no name service",
        "openamp rpmsg create-ept")]
    [InlineData("/firmware", "other.elf\n", "after a crash or a stop it cannot start again", "set-firmware")]
    public async Task WhatWorksAllTheSameIsAWarning(string attribute, string value, string why, string fix)
    {
        using FakeKernel kernel = FakeKernel.Sound();
        kernel.Write(FakeKernel.Processor + attribute, value);

        JsonElement report = (await kernel.RunAsync("doctor", "--json")).MustExit(0).Json();

        JsonElement stage = report.GetProperty("targets")[0].GetProperty("stages").EnumerateArray()
            .First(one => one.GetProperty("status").GetString() == "warning");
        Assert.Contains(why, stage.GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Contains(fix, stage.GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TraceThatCannotBeReadIsAWarning()
    {
        using FakeKernel kernel = FakeKernel.Sound();
        kernel.Remove(FakeKernel.Debug);

        ToolResult result = (await kernel.RunAsync("doctor")).MustExit(0);

        Assert.Contains("mount -t debugfs none /sys/kernel/debug", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("It works, with 1 warning.", Screens.Trim(result.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALinkWithoutAProcessorNeedsNothingOfRemoteproc()
    {
        using FakeKernel kernel = FakeKernel.Bare();
        kernel.Remove("/sys/class/remoteproc");
        const string virtio = "/sys/devices/platform/virtio-uml.0/virtio0";
        kernel.AddVirtio(virtio);
        kernel.AddChannel("rpmsg-raw", "-1.1024", "0x400", "0x400", "rpmsg_chrdev", virtio);
        kernel.AddNode("rpmsg", "/virtio0.rpmsg_ctrl.0.0/rpmsg/rpmsg_ctrl0", null, virtio);

        JsonElement report = (await kernel.RunAsync("doctor", "virtio0", "--json")).MustExit(0).Json();

        JsonElement patient = report.GetProperty("targets")[0];
        Assert.Equal("link", patient.GetProperty("kind").GetString());
        Assert.Equal(
            ["kernel", "processor", "firmware", "image", "state", "debugfs"],
            patient.GetProperty("stages").EnumerateArray()
                .Where(stage => stage.GetProperty("status").GetString() == "skipped")
                .Select(stage => stage.GetProperty("stage").GetString()));
    }

    [Fact]
    public async Task AnUnknownNameIsAnsweredWithTheKnownOnes()
    {
        using FakeKernel kernel = FakeKernel.Sound();

        ToolResult result = (await kernel.RunAsync("doctor", "cm7")).MustExit(1);

        Assert.Contains("there is no processor or link 'cm7'", result.Output, StringComparison.Ordinal);
        Assert.Contains("Try: one of these: kernel:cm4", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAttachedProcessorNeedsNoFirmwareFile()
    {
        using FakeKernel kernel = FakeKernel.Sound();
        kernel.Write(FakeKernel.Processor + "/state", "attached\n");
        kernel.Write(FakeKernel.Processor + "/firmware", "unknown\n");

        (await kernel.RunAsync("doctor")).MustExit(0);
    }

    [Fact]
    public async Task FirmwareIsFoundWhereTheParameterOfTheLoaderSays()
    {
        using FakeKernel kernel = FakeKernel.Sound();
        kernel.Write("/sys/module/firmware_class/parameters/path", "/mnt/fw\n");
        File.Copy(kernel.At("/lib/firmware/cm4.elf"), Directory.CreateDirectory(kernel.At("/mnt/fw")) + "/cm4.elf");

        ToolResult result = (await kernel.RunAsync("doctor")).MustExit(0);

        Assert.Contains("cm4.elf is /mnt/fw/cm4.elf", result.Output, StringComparison.Ordinal);
    }

    private static byte[] WithoutVringAlignment()
    {
        byte[] elf = FirmwareSamples.Elf();
        byte[] table = FirmwareSamples.Table();
        int at = elf.AsSpan().IndexOf(table);
        byte[] pattern = [0, 0x10, 0, 0, 16, 0, 0, 0]; // align 4096, num 16
        int vring = table.AsSpan().IndexOf(pattern);
        Assert.True(at > 0 && vring > 0);
        elf.AsSpan(at + vring, sizeof(uint)).Clear();
        return elf;
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
