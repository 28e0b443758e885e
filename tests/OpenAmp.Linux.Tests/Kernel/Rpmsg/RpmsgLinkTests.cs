// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Threading;
using System.Threading.Tasks;
using OpenAmp.Rpmsg;
using Xunit;

namespace OpenAmp.Linux.Tests.Kernel.Rpmsg;

/// <summary>A link below a root that is a directory of files: what it sees of channels that come and go.</summary>
public sealed class RpmsgLinkTests
{
    private static readonly string Transport = FakeRpmsgKernel.Transport(0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectWaitsForTheChannelAndOpensItsDevice()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        using var terminal = new PseudoTerminal();
        await using RpmsgLink link = await OpenAsync(kernel);
        Task<RpmsgEndpoint> connecting = link.ConnectAsync("rpmsg-raw", Token).AsTask();
        await Task.Delay(50, Token);
        Assert.False(connecting.IsCompleted);

        // The kernel shows the device first; its node comes when udev has had its turn.
        AddRaw(kernel);
        await Task.Delay(50, Token);
        Assert.False(connecting.IsCompleted);
        kernel.Node(3, terminal.Path);

        RpmsgEndpoint endpoint = await connecting.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal((0x401u, 0x400u), (endpoint.LocalAddress, endpoint.RemoteAddress));
        Assert.Equal(496, endpoint.MaxPayloadBytes);
        Assert.Equal(VirtioRole.Driver, link.Role);
        await endpoint.SendAsync("hello"u8.ToArray(), Token);
        byte[] sent = new byte[5];
        await terminal.Stream.ReadExactlyAsync(sent, Token);
        Assert.Equal("hello"u8.ToArray(), sent);
        Assert.Equal(kernel.At("/dev/rpmsg3"), ((KernelRpmsgPort)endpoint.Port!).DevicePath);
    }

    [Fact]
    public async Task AChannelThatVanishesEndsItsEndpointOnly()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        using var terminal = new PseudoTerminal();
        string channel = AddRaw(kernel);
        kernel.Node(3, terminal.Path);
        await using RpmsgLink link = await OpenAsync(kernel);
        RpmsgEndpoint endpoint = await link.ConnectAsync("rpmsg-raw", Token);

        kernel.Remove(channel);

        Assert.Equal(
            RpmsgCloseReason.RemoteDestroyed, await endpoint.Completion.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.False(link.Completion.IsCompleted);
    }

    [Fact]
    public async Task AChannelThatIsMadeAnewIsAnnouncedAnew()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        string channel = kernel.Channel(Transport, "rpmsg-raw", 0x401, 0x400);
        await using RpmsgLink link = await OpenAsync(kernel);
        using RpmsgListener listener = link.Listen("rpmsg-raw");
        Task<RpmsgEndpoint> accepting = listener.AcceptAsync(Token).AsTask();

        // Nothing can make an endpoint for it here.
        await Assert.ThrowsAsync<KernelRpmsgException>(() => accepting);
        accepting = listener.AcceptAsync(Token).AsTask();
        await Task.Delay(50, Token);
        Assert.False(accepting.IsCompleted);
        kernel.Remove(channel);
        _ = kernel.Channel(Transport, "rpmsg-raw", 0x401, 0x400);

        await Assert.ThrowsAsync<KernelRpmsgException>(() => accepting.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task ATransportThatGoesAwayEndsTheLinkAsGone()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        using var terminal = new PseudoTerminal();
        AddRaw(kernel);
        kernel.Node(3, terminal.Path);
        await using RpmsgLink link = await OpenAsync(kernel);
        RpmsgEndpoint endpoint = await link.ConnectAsync("rpmsg-raw", Token);

        kernel.Remove(Transport);

        Assert.Equal(RpmsgCloseReason.PeerGone, await link.Completion.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(RpmsgCloseReason.PeerGone, await endpoint.Completion.WaitAsync(Token));
    }

    [Fact]
    public async Task OpeningWaitsForTheProcessorAsLongAsItIsTold()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        KernelRpmsgLinkOptions options = Options(kernel) with { Selector = new() { Service = "late" } };
        Task<RpmsgLink> opening = KernelRpmsgLink.OpenAsync(options, Token).AsTask();
        await Task.Delay(50, Token);
        Assert.False(opening.IsCompleted);
        kernel.Channel(FakeRpmsgKernel.Transport(1), "late", RpmsgAddress.Any, 0x500);
        await using (RpmsgLink link = await opening.WaitAsync(TimeSpan.FromSeconds(10), Token))
        {
            Assert.False(link.Completion.IsCompleted);
        }

        options = options with
        {
            Selector = new() { Service = "never" },
            AppearTimeout = TimeSpan.FromMilliseconds(30),
        };
        var none = await Assert.ThrowsAsync<KernelRpmsgException>(
            async () => await KernelRpmsgLink.OpenAsync(options, Token));
        Assert.Equal(KernelRpmsgOutcome.NotFound, none.Outcome);
        Assert.Contains("service 'never'", none.Message, StringComparison.Ordinal);

        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(30));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await KernelRpmsgLink.OpenAsync(
            options with { AppearTimeout = TimeSpan.FromMinutes(1) }, soon.Token));
    }

    [Fact]
    public async Task ANodeThatNeverComesIsSaid()
    {
        using FakeRpmsgKernel kernel = FakeRpmsgKernel.Linux61();
        AddRaw(kernel);
        RpmsgLink link = await KernelRpmsgLink.OpenAsync(
            Options(kernel) with { NodeTimeout = TimeSpan.FromMilliseconds(30) }, Token);
        await using (link)
        {
            var missing = await Assert.ThrowsAsync<KernelRpmsgException>(async () => await link.CreateEndpointAsync(
                "rpmsg-raw", new() { RemoteAddress = 0x400, Announce = false }, Token));
            Assert.Equal(KernelRpmsgOutcome.NodeMissing, missing.Outcome);
            Assert.Contains("/dev/rpmsg3", missing.Message, StringComparison.Ordinal);
        }
    }

    private static string AddRaw(FakeRpmsgKernel kernel)
    {
        string channel = kernel.Channel(Transport, "rpmsg-raw", 0x401, 0x400, "rpmsg_chrdev");
        kernel.Endpoint($"{channel}/rpmsg", 3, "rpmsg-raw", "1025", "1024");
        return channel;
    }

    private static KernelRpmsgLinkOptions Options(FakeRpmsgKernel kernel) => new()
    {
        Root = kernel.Root,
        Selector = new() { Processor = "m4" },
        LookInterval = TimeSpan.FromMilliseconds(10),
    };

    private static async Task<RpmsgLink> OpenAsync(FakeRpmsgKernel kernel)
        => await KernelRpmsgLink.OpenAsync(Options(kernel), Token);
}
