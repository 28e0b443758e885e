// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Remoteproc;

public sealed class SelectionTests : IDisposable
{
    private readonly FakeKernel _kernel = new();

    [Fact]
    public void AProcessorIsFoundByItsNameWhateverItsNumberIs()
    {
        _kernel.Add("gpu", "1.gpu", node: null);
        _kernel.Add("m4");

        KernelRemoteprocDescription info = KernelRemoteprocs.Find(_kernel.Root, KernelRemoteprocSelector.ByName("m4"));

        Assert.Equal(("m4", "remoteproc1", "10000000.m4"), (info.Name, info.Node, info.Device));
        Assert.Equal("/soc/m4@10000000", info.DeviceTreeNode);
        Assert.Equal(
            (RemoteProcessorState.Offline, "offline", "rproc-fw"), (info.State, info.KernelState, info.Firmware));
        Assert.True(info.IsRecoveryEnabled);
        Assert.Equal(CoreDumpMode.Disabled, info.CoreDump);
    }

    [Fact]
    public void ANameThatTwoHaveIsRefusedWithBothAndTheDeviceTreeTellsThemApart()
    {
        _kernel.Add("imx-rproc", "a.m4", "/m4@a");
        _kernel.Add("imx-rproc", "b.m7", "/soc/m7@b");

        var error = Assert.Throws<KernelRemoteprocException>(
            () => KernelRemoteprocs.Find(_kernel.Root, KernelRemoteprocSelector.ByName("imx-rproc")));

        Assert.Contains("a.m4", error.Message, StringComparison.Ordinal);
        Assert.Contains("/soc/m7@b", error.Message, StringComparison.Ordinal);
        Assert.Equal("b.m7", KernelRemoteprocs.Find(_kernel.Root, KernelRemoteprocSelector.Parse("m7@b")).Device);
        Assert.Equal("a.m4", KernelRemoteprocs.Find(_kernel.Root, KernelRemoteprocSelector.Parse("/m4@a")).Device);
        Assert.Equal("b.m7", KernelRemoteprocs.Find(_kernel.Root, new() { Device = "b.m7" }).Device);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("remoteproc1")]
    [InlineData(" ")]
    public void ANumberIsRefusedBecauseItChangesBetweenBoots(string text)
        => Assert.Contains(
            "changes between boots",
            Assert.Throws<FormatException>(() => KernelRemoteprocSelector.Parse(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void WhoFindsNothingIsToldWhatThereIs()
    {
        string none = Assert.Throws<KernelRemoteprocException>(
            () => KernelRemoteprocs.Find(_kernel.Root, KernelRemoteprocSelector.ByName("m4"))).Message;
        _kernel.Add("m7");
        string other = Assert.Throws<KernelRemoteprocException>(
            () => KernelRemoteprocs.Find(_kernel.Root, KernelRemoteprocSelector.ByName("m4"))).Message;

        Assert.Contains("no driver has registered a processor", none, StringComparison.Ordinal);
        Assert.Contains("'m7' (remoteproc0", other, StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelWithoutRemoteprocHasNone()
        => Assert.Empty(KernelRemoteprocs.List(new KernelRoot(_kernel.At("/lib"))));

    [Fact]
    public void AnAttachedProcessorsFirmwareIsUnknown()
    {
        _kernel.Add("m4").State = "attached";

        KernelRemoteprocDescription info = KernelRemoteprocs.List(_kernel.Root).Single();

        Assert.Null(info.Firmware);
        Assert.Equal(RemoteProcessorState.Attached, info.State);
    }

    public void Dispose() => _kernel.Dispose();
}
