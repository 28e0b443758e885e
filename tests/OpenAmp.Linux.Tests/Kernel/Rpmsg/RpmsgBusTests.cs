// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Rpmsg;

/// <summary>What is found below roots as different kernels show them.</summary>
public sealed class RpmsgBusTests
{
    [Fact]
    public void AMachineWithoutRpmsgHasNothing()
    {
        string empty = Directory.CreateTempSubdirectory().FullName;
        var bus = new KernelRpmsgBus(new KernelRoot(empty));

        Assert.Empty(bus.ListControls());
        Assert.Empty(bus.ListChannels());
        Assert.Empty(bus.ListDevices());
        Assert.Empty(bus.ListTtys());
        var none = Assert.Throws<KernelRpmsgException>(() => bus.FindControl(KernelRpmsgSelector.Any));
        Assert.Equal(KernelRpmsgOutcome.NotFound, none.Outcome);
        Assert.Contains("there is none", none.Message, StringComparison.Ordinal);
        Directory.Delete(empty);
    }

    [Fact]
    public void AVirtioDeviceBelowItsProcessorIsThatProcessors()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        string channel = kernel.Channel(FakeRpmsgKernel.Transport(1), "rpmsg-raw", 0x401, 0x400, "rpmsg_chrdev");
        kernel.Endpoint($"{channel}/rpmsg", 3, "rpmsg-raw", "1025", "1024");
        kernel.Endpoint(
            $"{FakeRpmsgKernel.Transport(0)}/virtio0.rpmsg_ctrl.0.0/rpmsg/rpmsg_ctrl0", 4, "mine", "-1", "1");

        KernelRpmsgControl[] controls = [.. kernel.Bus.ListControls()];
        Assert.Equal(["rpmsg_ctrl0", "rpmsg_ctrl1"], controls.Select(control => control.Name));
        Assert.Equal(kernel.At("/dev/rpmsg_ctrl1"), controls[1].DevicePath);
        Assert.Equal(("virtio1", "dsp", "remoteproc1"), Of(controls[1].Transport));
        Assert.Equal(["/soc/dsp@20000000"], controls[1].Transport.DeviceTreeNodes);

        KernelRpmsgChannel found = Assert.Single(kernel.Bus.ListChannels());
        Assert.Equal(("rpmsg-raw", 0x401u, 0x400u, "rpmsg_chrdev"),
            (found.Service, found.LocalAddress, found.RemoteAddress, found.Driver));
        Assert.Equal(controls[1].Transport.Path, found.Transport.Path);

        KernelRpmsgDevice[] devices = [.. kernel.Bus.ListDevices()];
        Assert.Equal(("rpmsg3", 1025u, 1024u, "virtio1.rpmsg-raw.-1.1024"),
            (devices[0].Name, devices[0].LocalAddress, devices[0].RemoteAddress, devices[0].ChannelDeviceName));
        Assert.Equal(("rpmsg4", RpmsgAddress.Any, 1u, null),
            (devices[1].Name, devices[1].LocalAddress, devices[1].RemoteAddress, devices[1].ChannelDeviceName));
        Assert.Equal(("virtio0", "m4", "remoteproc0"), Of(devices[1].Transport));
    }

    [Fact]
    public void AnOlderKernelsControlDeviceIsFoundToo()
    {
        // Linux 5.4 to 5.17: rpmsg_char makes the control device; the virtio device is below "remoteproc0#vdev0".
        using var kernel = new FakeRpmsgKernel();
        const string Processor = "/sys/devices/platform/ahb/4c000000.cpu/remoteproc/remoteproc0";
        kernel.Write($"{Processor}/name", "imx-rproc");
        kernel.Control($"{Processor}/remoteproc0#vdev0/virtio0", "virtio0", 0, service: "rpmsg_chrdev");

        KernelRpmsgControl control = kernel.Bus.FindControl(new() { Processor = "imx-rproc" });

        Assert.Equal(("virtio0", "imx-rproc", "remoteproc0"), Of(control.Transport));
    }

    [Fact]
    public void AnEdgesProcessorStandsBesideIt()
    {
        using var kernel = new FakeRpmsgKernel();
        const string Device = "/sys/devices/platform/soc/4080000.remoteproc";
        const string Edge = $"{Device}/4080000.remoteproc:glink-edge";
        kernel.Write($"{Device}/remoteproc/remoteproc2/name", "4080000.remoteproc");
        kernel.Node(Edge, "/soc/remoteproc@4080000/glink-edge");
        kernel.Control(Edge, "4080000.remoteproc:glink-edge", 5, service: "rpmsg_chrdev", glue: "");
        kernel.Channel(Edge, "IPCRTR", RpmsgAddress.Any, 7);

        KernelRpmsgControl control = kernel.Bus.FindControl(new() { DeviceTreeNode = "glink-edge" });

        Assert.Equal(("4080000.remoteproc:glink-edge", "4080000.remoteproc", "remoteproc2"), Of(control.Transport));
        Assert.Equal(control.Transport.Path, Assert.Single(kernel.Bus.ListChannels()).Transport.Path);
    }

    [Fact]
    public void ClassEntriesThatAreDirectoriesAreFollowedByTheirDeviceLink()
    {
        using var kernel = new FakeRpmsgKernel();
        const string Transport = "/sys/devices/platform/board/virtio0";
        kernel.Make($"{Transport}/virtio0.rpmsg_ctrl.0.0");
        kernel.Write("/sys/class/rpmsg/rpmsg_ctrl7/dev", "250:7");
        kernel.Link("/sys/class/rpmsg/rpmsg_ctrl7/device", $"{Transport}/virtio0.rpmsg_ctrl.0.0");

        KernelRpmsgControl control = Assert.Single(kernel.Bus.ListControls());

        Assert.Equal(kernel.At(Transport), control.Transport.Path);
        Assert.Equal(kernel.At("/dev/rpmsg_ctrl7"), control.DevicePath);
    }

    [Fact]
    public void SelectorsNameWhatStaysAndSayWhatThereIs()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        kernel.Channel(FakeRpmsgKernel.Transport(1), "service", RpmsgAddress.Any, 0x500);
        File.CreateSymbolicLink(kernel.At("/dev/my-processor"), kernel.At("/dev/rpmsg_ctrl1"));
        KernelRpmsgSelector[] selectors =
        [
            new() { Processor = "dsp" },
            new() { DeviceTreeNode = "dsp@20000000" },
            new() { DeviceTreeNode = "/soc/dsp@20000000" },
            new() { Service = "service" },
            new() { RemoteAddress = 0x500 },
            new() { ControlPath = "/dev/rpmsg_ctrl1" },
            new() { ControlPath = "/dev/my-processor" },
            new() { Processor = "dsp", Service = "service" },
        ];
        Assert.All(selectors, each => Assert.Equal("rpmsg_ctrl1", kernel.Bus.FindControl(each).Name));

        var several = Assert.Throws<KernelRpmsgException>(() => kernel.Bus.FindControl(KernelRpmsgSelector.Any));
        Assert.Equal(KernelRpmsgOutcome.Ambiguous, several.Outcome);
        var none = Assert.Throws<KernelRpmsgException>(
            () => kernel.Bus.FindControl(new() { Processor = "m4", Service = "service" }));
        Assert.Equal(KernelRpmsgOutcome.NotFound, none.Outcome);
        Assert.Contains("virtio0 of processor m4", none.Message, StringComparison.Ordinal);
        Assert.Contains("'service' 0x500 on virtio1 of processor dsp", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TerminalsAreFoundByTheirChannel()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        string channel = kernel.Channel(FakeRpmsgKernel.Transport(0), "rpmsg-tty", 0x402, 0x403, "rpmsg_tty");
        kernel.Tty(channel, 2);
        kernel.Write("/sys/class/tty/ttyS0/dev", "4:64");

        KernelRpmsgTtyDevice tty = Assert.Single(kernel.Bus.ListTtys());

        Assert.Equal(kernel.At("/dev/ttyRPMSG2"), tty.DevicePath);
        Assert.Equal((0x402u, 0x403u), (tty.Channel.LocalAddress, tty.Channel.RemoteAddress));
        Assert.Equal("m4", tty.Channel.Transport.ProcessorName);
    }

    [Theory]
    [InlineData("0x400", 0x400u)]
    [InlineData("1024", 1024u)]
    [InlineData("-1", uint.MaxValue)]
    [InlineData("0xffffffff", uint.MaxValue)]
    [InlineData("4294967295", uint.MaxValue)]
    [InlineData("0", 0u)]
    [InlineData("", null)]
    [InlineData("0x", null)]
    [InlineData("4294967296", null)]
    [InlineData("abc", null)]
    public void AddressesAreReadInEveryWayThatKernelsWriteThem(string text, uint? address)
        => Assert.Equal(address, SysfsDirectory.ParseAddress(text));

    private static (string Name, string? Processor, string? Device) Of(KernelRpmsgTransport transport)
        => (transport.Name, transport.ProcessorName, transport.ProcessorDevice);
}
